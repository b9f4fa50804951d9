// The icons of the status component. Each state has its own shape, so that no information depends on colour
// alone. The icons are hidden from screen readers: the text next to them has the same meaning.
import { type ReactElement } from 'react';
import { type ConnectionState } from '../../types.js';

const circularArrow = 'M13.5 8a5.5 5.5 0 1 1-1.6-3.9M13.5 2v3h-3';

const shapes = {
  connected: 'M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M5.6 8.2l1.7 1.7l3.2-3.6',
  connecting: circularArrow,
  reconnecting: circularArrow,
  disconnected: 'M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M5.5 8h5',
  failed: 'M8 2.5l6 10.7H2zM8 6.5v3M8 11.4v.1',
  open: 'M4.5 6.5L8 10l3.5-3.5',
  // The compact form: a filled dot, or a ring that is struck through.
  online: 'M8 8v0',
  offline: 'M3.5 8a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M4.8 11.2l6.4-6.4',
} satisfies Record<ConnectionState, string> & Record<string, string>;

interface IconProps {
  readonly name: keyof typeof shapes;
}

/** Its size and colours are attributes, so that it looks right without any style sheet. */
export function Icon({ name }: IconProps): ReactElement {
  return (
    <svg
      className={`rws-icon rws-icon-${name}`}
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'online' ? 9 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={shapes[name]} />
    </svg>
  );
}
