// Owns the status component: which form it has, and what stands where in it.
// Refuses to know the client beyond the documented members (status_source.ts) and to decide what is told and when
// (status_view.ts, status_store.ts).
import { useMemo, useSyncExternalStore, type ReactElement } from 'react';
import { type Locale } from '../../types.js';
import { Details } from './status_details.js';
import { Icon } from './status_icon.js';
import { Outlook } from './status_outlook.js';
import { checkStatusProps, type FloatingPlace } from './status_props.js';
import { type StatusSource } from './status_source.js';
import { createStatusStore } from './status_store.js';
import { unconnected, type StatusView } from './status_view.js';
import { textsOf, type StatusTexts } from './status_texts.js';
import { useKeptFocus } from './use_kept_focus.js';

export interface WebSocketStatusProps {
  /** The client to show; nothing is rendered without one. */
  readonly websocket: StatusSource | null | undefined;
  /** Shows the panel always, with a toggle to the statistics. Default false: compact, a panel when there is news. */
  readonly showDetails?: boolean | undefined;
  /** Called by «Переподключить» in the place of `websocket.reconnect()`. */
  readonly onReconnect?: (() => unknown) | undefined;
  /** Classes of the root element, in every form. Default ''. */
  readonly className?: string | undefined;
  /** A fixed place over the page; true is 'top-right'. Default false: in the flow. */
  readonly floating?: boolean | FloatingPlace | undefined;
  /** Language of the texts. Default: the client's if it is one of the two, else 'ru'. */
  readonly locale?: Locale | undefined;
  /** Texts in the place of those of the language. */
  readonly texts?: Partial<StatusTexts> | undefined;
  /** Outages and first connects shorter than this are not told, ms, 0 to 2147483647. Default 1000. */
  readonly quietFor?: number | undefined;
  /** How long the panel stays after a recovery, or an error while connected, ms, 0 to 2147483647. Default 3000. */
  readonly hideAfter?: number | undefined;
}

/**
 * Shows the state of a connection: a dot with a word while all is well, a panel when there is something to tell.
 * Throws RangeError for a prop that breaks its rule.
 */
export function WebSocketStatus({ websocket, ...props }: WebSocketStatusProps): ReactElement | null {
  checkStatusProps(props);
  return websocket ? <Status websocket={websocket} {...props} /> : null;
}

export default WebSocketStatus;

interface StatusProps extends WebSocketStatusProps {
  readonly websocket: StatusSource;
}

function Status(props: StatusProps): ReactElement {
  const { websocket, showDetails = false, quietFor = 1000, hideAfter = 3000 } = props;
  const store = useMemo(
    () => createStatusStore(websocket, { quietFor, hideAfter, isPinned: showDetails }),
    [websocket, quietFor, hideAfter, showDetails],
  );
  const view = useSyncExternalStore(store.subscribe, store.getView, () => unconnected);
  const keptFocus = useKeptFocus<HTMLDivElement>();
  const { texts, locale, problem, words } = wordsFor(props, view);
  const isPanel = view.isOpen || showDetails;
  const isOnline = view.state === 'connected';
  const compactWord = isOnline ? 'online' : 'offline';
  const button = isPanel ? 'close' : 'open';
  return (
    <div
      {...keptFocus}
      className={classesOf(props, isPanel)}
      data-state={view.state}
      role="group"
      aria-label={texts.label}
      tabIndex={-1}
      onPointerEnter={() => {
        store.hold(true);
      }}
      onPointerLeave={() => {
        store.hold(false);
      }}
    >
      <div className="rws-head">
        <Icon name={isPanel ? view.state : compactWord} />
        <div className="rws-words" role="status" aria-live="polite">
          <div className="rws-state">{isPanel ? words : texts[compactWord]}</div>
          {isPanel && problem && <div className="rws-problem">{problem}</div>}
        </div>
        {(isPanel ? !showDetails : !isOnline && !view.isQuiet) && (
          <button
            key={button}
            type="button"
            className={`rws-icon-button rws-${button}`}
            aria-label={texts[button]}
            onClick={store[button]}
          >
            {isPanel ? <span aria-hidden="true">×</span> : <Icon name="open" />}
          </button>
        )}
      </div>
      {isPanel && <Outlook {...props} view={view} texts={texts} />}
      {showDetails && <Details view={view} texts={texts} locale={locale} />}
    </div>
  );
}

function classesOf({ className, floating }: StatusProps, isPanel: boolean): string {
  const place = floating === true ? 'top-right' : floating;
  const form = `rws-status rws-${isPanel ? 'panel' : 'compact'}`;
  return [form, place && `rws-floating rws-${place}`, className].filter(Boolean).join(' ');
}

/** All words by the props and the client: its own for state and error unless the page wants others. */
function wordsFor({ websocket, locale: asked, texts: own }: StatusProps, view: StatusView) {
  const clientLocale = websocket.options.locale === 'en' ? 'en' : 'ru';
  const locale = asked ?? clientLocale;
  const texts: StatusTexts = { ...textsOf[locale], ...own };
  const errorText = locale === clientLocale ? view.problem?.text : null;
  return {
    locale,
    texts,
    words: (asked ?? own) ? texts[view.state] : (view.text ?? texts[view.state]),
    problem: view.problem && !view.isQuiet && (errorText ?? texts.problem),
  };
}
