// placeholder
import { MemoryStore } from './memory_store.js';
export class RedisStore extends MemoryStore {
  constructor(readonly options: { client: unknown }) {
    super();
  }
}
