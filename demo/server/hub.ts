// The set of open connections. Sends a frame to all connections of a user, as the real backend does.
import type { ServerFrame } from './frames.js';
import type { Peer } from './peer.js';

export class Hub {
  readonly #peers = new Set<Peer>();
  readonly #onCountChange: (count: number) => void;

  constructor(onCountChange: (count: number) => void) {
    this.#onCountChange = onCountChange;
  }

  add(peer: Peer): void {
    this.#peers.add(peer);
    this.#onCountChange(this.#peers.size);
  }

  remove(peer: Peer): void {
    if (this.#peers.delete(peer)) this.#onCountChange(this.#peers.size);
  }

  sendToUser(userId: number, frame: ServerFrame): void {
    for (const peer of this.#peers) {
      if (peer.userId === userId) peer.send(frame);
    }
  }

  forEach(callback: (peer: Peer) => void): void {
    for (const peer of [...this.#peers]) callback(peer);
  }
}
