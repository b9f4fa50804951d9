// The name of a frame, and its access to the top window.
import type { TopApi } from './client_record.js';

export const frameName = new URLSearchParams(location.search).get('name') ?? '';

export const top = (window.parent as unknown as { readonly testPage: TopApi }).testPage;
