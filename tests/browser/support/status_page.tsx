// A page with the status component in all its appearances, with test doubles of clients. Parameters in
// `location.hash`: `lang`; `case` and `floating` show one of them in a fixed position.
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

interface Item {
  readonly statusCase: StatusCase;
  readonly double: StatusDouble;
}

const items: Item[] = statusCases
  .filter(({ name }) => only === null || name === only)
  .map((statusCase) => ({ statusCase, double: new StatusDouble(statusCase.report, { locale }) }));

function Cell({ statusCase: { name, props }, double }: Item): ReactElement {
  const position =
    floating === null ? {} : { floating: floating as NonNullable<WebSocketStatusProps['floating']> };
  return (
    <section data-case={name}>
      <h2>{name}</h2>
      <WebSocketStatus websocket={double} quietFor={0} hideAfter={600_000} {...position} {...props} />
    </section>
  );
}

const container = document.querySelector('main');
if (container === null) throw new Error('The page has no main element.');
const root = createRoot(container);
flushSync(() => {
  root.render(items.map((item) => <Cell key={item.statusCase.name} {...item} />));
});
// After a timeout the effects have run, and with them the subscriptions.
setTimeout(() => {
  for (const { statusCase, double } of items) {
    statusCase.then?.(double);
    if (statusCase.isExpanded) {
      document.querySelector<HTMLButtonElement>(`[data-case=${statusCase.name}] .rws-toggle`)?.click();
    }
  }
  document.documentElement.dataset['ready'] = '';
});
