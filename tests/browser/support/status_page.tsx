// Owns a page that shows the status component in every look at once, over stand-ins for clients.
// Driven by `location.hash`: `lang` and, to show one look in a fixed place, `case` and `floating`.
import { type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { WebSocketStatus, type WebSocketStatusProps } from '../../../web/react/status/websocket_status.js';
import { StatusDouble } from '../../web/react/support/status_double.js';
import { statusCases, type StatusCase } from './status_page_cases.js';

const query = new URLSearchParams(location.hash.slice(1));
const locale = query.get('lang') ?? 'ru';
const only = query.get('case');
const floating = query.get('floating');

interface Shown {
  readonly shown: StatusCase;
  readonly double: StatusDouble;
}

const all: Shown[] = statusCases
  .filter(({ name }) => only === null || name === only)
  .map((shown) => ({ shown, double: new StatusDouble(shown.report, { locale }) }));

function Cell({ shown: { name, props }, double }: Shown): ReactElement {
  const place =
    floating === null ? {} : { floating: floating as NonNullable<WebSocketStatusProps['floating']> };
  return (
    <section data-case={name}>
      <h2>{name}</h2>
      <WebSocketStatus websocket={double} quietFor={0} hideAfter={600_000} {...place} {...props} />
    </section>
  );
}

const container = document.querySelector('main');
if (container === null) throw new Error('The page has no main element.');
const root = createRoot(container);
flushSync(() => {
  root.render(all.map((one) => <Cell key={one.shown.name} {...one} />));
});
// Effects, subscriptions among them, have run after a turn.
setTimeout(() => {
  for (const { shown, double } of all) {
    shown.then?.(double);
    if (shown.isExpanded) {
      document.querySelector<HTMLButtonElement>(`[data-case=${shown.name}] .rws-toggle`)?.click();
    }
  }
  document.documentElement.dataset['ready'] = '';
});
