// The open connections, and those to whom frames go. Sends a frame to all peers of a user, as the real backend does.
import type { ServerFrame } from './frames.js';
import type { Peer } from './peer.js';
import type { Wire } from './wire.js';

export class Hub {
  readonly #peers = new Set<Peer>();
  readonly #wires = new Set<Wire>();
  readonly #onCountChange: (count: number) => void;

  constructor(onCountChange: (count: number) => void) {
    this.#onCountChange = onCountChange;
  }

  /** Counts the connection until it is closed. */
  addWire(wire: Wire): void {
    this.#wires.add(wire);
    this.#onCountChange(this.#wires.size);
    wire.on('close', () => {
      this.#wires.delete(wire);
      this.#onCountChange(this.#wires.size);
    });
  }

  add(peer: Peer): void {
    this.#peers.add(peer);
  }

  remove(peer: Peer): void {
    this.#peers.delete(peer);
  }

  sendToUser(userId: number, frame: ServerFrame): void {
    for (const peer of this.#peers) {
      if (peer.userId === userId) peer.send(frame);
    }
  }

  forEachWire(callback: (wire: Wire) => void): void {
    for (const wire of [...this.#wires]) callback(wire);
  }
}
