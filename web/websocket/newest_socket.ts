// The platform's socket below a client: the one of the present attempt, else the one before, which keeps its URL and its
// protocol when it is closed.
import { type ResilientWebSocket } from '../index.js';
import { type NativeWebSocket } from '../types.js';

export class NewestSocket {
  readonly #client: ResilientWebSocket;
  #socket: NativeWebSocket | null = null;
  // A binaryType that only this platform has.
  #platformType: string | undefined;
  /** The origin of the open connection, for its messages. */
  origin = '';

  constructor(client: ResilientWebSocket) {
    this.#client = client;
  }

  /** To be called when there may be a new socket, because a client forgets it when it is closed. */
  get(): NativeWebSocket | null {
    return (this.#socket = this.#client.ws ?? this.#socket);
  }

  get binaryType(): BinaryType {
    return this.#client.ws?.binaryType ?? this.#client.options.binaryType;
  }

  /** A type that the platform does not have is ignored. */
  set binaryType(value: string) {
    const isStandard = value === 'blob' || value === 'arraybuffer';
    this.#platformType = isStandard ? undefined : value;
    if (isStandard) this.#client.options.binaryType = value;
    else this.#applyPlatformType();
  }

  /** A connection is open. */
  opened(): void {
    const socket = this.get();
    this.#applyPlatformType();
    try {
      this.origin = new URL(socket?.url ?? '').origin;
    } catch {
      // Test doubles may have no URL.
      this.origin = '';
    }
  }

  #applyPlatformType(): void {
    const socket = this.#client.ws;
    if (this.#platformType === undefined || socket === null) return;
    try {
      socket.binaryType = this.#platformType as BinaryType;
    } catch {
      // Some platforms throw for a type that they do not have.
    }
  }
}
