// Owns a frame's knowledge of where it is: its name and the top window.
import type { Rig } from './ledger.js';

export const frameName = new URLSearchParams(location.search).get('name') ?? '';

export const rig = (window.parent as unknown as { readonly rig: Rig }).rig;
