// The status component: its forms and its markup. What is shown is computed in status_view.ts, and when it
// changes in status_store.ts. The client is used through status_source.ts only.
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useSyncExternalStore,
  type ReactElement,
  type RefObject,
} from 'react';
import { type Locale } from '../../types.js';
import { adoptStyles } from './adopted_styles.js';
import { addToStack } from './floating_stack.js';
import { Details } from './status_details.js';
import { Icon } from './status_icon.js';
import { checkStatusProps, type FloatingPosition } from './status_props.js';
import { ReconnectInfo } from './status_reconnect.js';
import { type StatusSource } from './status_source.js';
import { createStatusStore } from './status_store.js';
import { textsByLocale, type StatusTexts } from './status_texts.js';
import { countWaiting, initialView, type StatusView } from './status_view.js';
import { useRetainedFocus } from './use_retained_focus.js';

/** Props of the status component. */
export interface WebSocketStatusProps {
  /** The client to show; nothing is rendered without one. */
  readonly websocket: StatusSource | null | undefined;
  /**
   * Always shows the panel, with a toggle for the statistics. Default false: compact, a panel for outages and
   * errors.
   */
  readonly showDetails?: boolean | undefined;
  /** Called by the button «Переподключить» instead of `websocket.reconnect()`. */
  readonly onReconnect?: (() => unknown) | undefined;
  /** Classes added to the root element. Default ''. */
  readonly className?: string | undefined;
  /** A fixed position over the page; true is 'top-right'. Default false: in the flow. */
  readonly floating?: boolean | FloatingPosition | undefined;
  /** Language of the texts. Default: the client's locale if it is 'ru' or 'en', else 'ru'. */
  readonly locale?: Locale | undefined;
  /** Replacements for texts of the language. Default: none. */
  readonly texts?: Partial<StatusTexts> | undefined;
  /** Outages and first connects shorter than this are not shown, ms, 0 to 2147483647. Default 1000. */
  readonly quietFor?: number | undefined;
  /**
   * How long the panel stays after a recovery, or an error while connected, ms, 0 to 2147483647. Default
   * 3000.
   */
  readonly hideAfter?: number | undefined;
  /**
   * Whether the page styles the component. Default false: the component adopts its style sheet where styles.css is
   * not there.
   */
  readonly unstyled?: boolean | undefined;
  /** Whether an invalid prop throws RangeError. Default false: it is written to the console, and the default used. */
  readonly throwOnError?: boolean | undefined;
}

/**
 * Shows the state of a connection: a dot with a word while it is connected, a panel for outages and errors. All of it
 * is phrasing content: it may stand in a paragraph.
 */
export function WebSocketStatus({
  websocket,
  throwOnError,
  ...props
}: WebSocketStatusProps): ReactElement | null {
  const { valid, problem } = checkStatusProps(props);
  if (problem !== null && throwOnError) throw new RangeError(problem);
  useEffect(() => {
    if (problem !== null) console.error(problem);
  }, [problem]);
  return websocket ? <Status {...valid} websocket={websocket} /> : null;
}

export default WebSocketStatus;

interface StatusProps extends Omit<WebSocketStatusProps, 'throwOnError'> {
  readonly websocket: StatusSource;
}

function Status(props: StatusProps): ReactElement {
  const { websocket, showDetails = false, quietFor = 1000, hideAfter = 3000 } = props;
  const store = useMemo(
    () => createStatusStore(websocket, { quietFor, hideAfter, isPinned: showDetails }),
    [websocket, quietFor, hideAfter, showDetails],
  );
  const view = useSyncExternalStore(store.subscribe, store.getView, () => initialView);
  const retainedFocus = useRetainedFocus<HTMLSpanElement>();
  useSurface(retainedFocus.ref, props);
  const { texts, locale, problem, stateText } = resolveTexts(props, view);
  const isPanel = view.isOpen || showDetails;
  const isOnline = view.state === 'connected';
  const compactState = isOnline ? 'online' : 'offline';
  const button = isPanel ? 'close' : 'open';
  const waiting = isPanel ? 0 : countWaiting(view);
  return (
    <span
      {...retainedFocus}
      className={classNames(props, isPanel)}
      data-state={view.state}
      role="group"
      aria-label={texts.label}
      tabIndex={-1}
      onPointerEnter={() => {
        store.setHovered(true);
      }}
      onPointerLeave={() => {
        store.setHovered(false);
      }}
    >
      <span className="rws-head">
        <Icon name={isPanel ? view.state : compactState} />
        <span className="rws-words" role="status" aria-live="polite">
          <span className="rws-state">{isPanel ? stateText : texts[compactState]}</span>
          {isPanel && problem && <span className="rws-problem">{problem}</span>}
        </span>
        {waiting > 0 && <span className="rws-waiting">{texts.waiting(waiting)}</span>}
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
      </span>
      {isPanel && <ReconnectInfo {...props} view={view} texts={texts} />}
      {showDetails && <Details view={view} texts={texts} locale={locale} />}
    </span>
  );
}

/** The style sheet, and the place among other floating components; before the first paint. */
function useSurface(
  ref: RefObject<HTMLElement | null>,
  { unstyled = false, floating = false }: StatusProps,
): void {
  const corner = toCorner(floating);
  useEarlyEffect(() => {
    if (ref.current && !unstyled) adoptStyles(ref.current);
    return undefined;
  }, [ref, unstyled]);
  useEarlyEffect(() => (ref.current && corner ? addToStack(ref.current, corner) : undefined), [ref, corner]);
}

/** A layout effect; on a server, where no effect runs, a plain effect, because React 18 warns of layout effects. */
function useEarlyEffect(effect: () => (() => void) | undefined, dependencies: readonly unknown[]): void {
  const useIt = typeof document === 'undefined' ? useEffect : useLayoutEffect;
  useIt(effect, dependencies);
}

function toCorner(floating: boolean | FloatingPosition): FloatingPosition | false {
  return floating === true ? 'top-right' : floating;
}

function classNames({ className, floating = false }: StatusProps, isPanel: boolean): string {
  const position = toCorner(floating);
  const form = `rws-status rws-${isPanel ? 'panel' : 'compact'}`;
  return [form, position && `rws-floating rws-${position}`, className].filter(Boolean).join(' ');
}

/**
 * The texts to show. State and error have the client's texts, unless the props ask for another language or
 * other texts.
 */
function resolveTexts({ websocket, locale: givenLocale, texts: ownTexts }: StatusProps, view: StatusView) {
  const clientLocale = websocket.options.locale === 'en' ? 'en' : 'ru';
  const locale = givenLocale ?? clientLocale;
  const texts: StatusTexts = { ...textsByLocale[locale], ...ownTexts };
  const errorText = locale === clientLocale ? view.problem?.text : null;
  return {
    locale,
    texts,
    stateText: (givenLocale ?? ownTexts) ? texts[view.state] : (view.stateText ?? texts[view.state]),
    problem: view.problem && !view.isQuiet && (errorText ?? texts.problem),
  };
}
