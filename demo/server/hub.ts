// Owns the set of accepted connections and who they belong to.
// Refuses to answer frames: it only sends to all connections of a user, as the real backend does.
import type { ServerFrame } from './frames.js';
import type { Peer } from './peer.js';

export class Hub {
  readonly #peers = new Set<Peer>();
  readonly #countChanged: (count: number) => void;

  constructor(countChanged: (count: number) => void) {
    this.#countChanged = countChanged;
  }

  add(peer: Peer): void {
    this.#peers.add(peer);
    this.#countChanged(this.#peers.size);
  }

  remove(peer: Peer): void {
    if (this.#peers.delete(peer)) this.#countChanged(this.#peers.size);
  }

  sendToUser(userId: number, frame: ServerFrame): void {
    for (const peer of this.#peers) {
      if (peer.userId === userId) peer.send(frame);
    }
  }

  forEach(act: (peer: Peer) => void): void {
    for (const peer of [...this.#peers]) act(peer);
  }
}
