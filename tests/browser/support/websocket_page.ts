// Runs in a page: describes a WebSocket class by its shape, its errors and its events. The test compares the descriptions of
// the package's class and of the browser's own.

type WebSocketClass = typeof WebSocket;

/** What an action throws, undefined for nothing. */
function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error instanceof Error || error instanceof DOMException
      ? [error instanceof DOMException, error.name]
      : 'anything';
  }
  return undefined;
}

function describeProperty([name, descriptor]: readonly [string | symbol, PropertyDescriptor]): unknown {
  const { get, set, value, ...flags } = descriptor as Record<string, unknown>;
  const toShape = (member: unknown): unknown =>
    typeof member === 'function' ? [member.name, member.length] : typeof member;
  const constant: unknown = typeof value === 'object' || typeof value === 'function' ? typeof value : value;
  return [String(name), { ...flags, get: toShape(get), set: toShape(set), value: toShape(value), constant }];
}

/** The properties of an object that the browser's class has as well, by their names. */
function describeProperties(owner: object, native: object): unknown {
  const descriptors = Object.getOwnPropertyDescriptors(owner) as Record<string | symbol, PropertyDescriptor>;
  const names = Reflect.ownKeys(native).sort((one, other) => (String(one) < String(other) ? -1 : 1));
  return names.map((name) => {
    const descriptor = descriptors[name];
    return descriptor === undefined ? [String(name), 'missing'] : describeProperty([name, descriptor]);
  });
}

export function describeShape(type: WebSocketClass, url: string): unknown {
  const socket = new type(url);
  const enumerated: string[] = [];
  // The class overrides them as functions that are not enumerable, as those of a class in JavaScript are.
  const overridden = ['addEventListener', 'removeEventListener', 'when'];
  for (const name in socket) if (!overridden.includes(name)) enumerated.push(name);
  const shape = {
    statics: describeProperties(type, WebSocket),
    members: describeProperties(type.prototype, WebSocket.prototype),
    enumerable: [Object.keys(type).sort(), Object.keys(type.prototype).sort(), enumerated.sort()],
    own: Reflect.ownKeys(socket).map(String),
    texts: [type, type.prototype, socket].map((value) => Object.prototype.toString.call(value)),
    chain: [
      socket instanceof EventTarget,
      Object.getPrototypeOf(type) === EventTarget,
      Object.getPrototypeOf(type.prototype) === EventTarget.prototype,
      socket.constructor === type,
    ],
  };
  socket.close();
  return shape;
}

export function describeErrors(type: WebSocketClass, url: string): unknown {
  const socket = new type(url);
  const loose = socket as unknown as Record<string, unknown> & { send: () => void };
  const create = (...args: unknown[]) => Reflect.construct(type, args) as unknown;
  const errors = {
    construct: [
      thrown(() => create()),
      thrown(() => create('http://[')),
      thrown(() => create('ftp://localhost')),
      thrown(() => create(`${url}#part`)),
      thrown(() => create(url, ['a', 'a'])),
      thrown(() => create(url, 'a b')),
      thrown(() => Reflect.apply(type, undefined, [url]) as unknown),
    ],
    close: [
      thrown(() => socket.close(1001)),
      thrown(() => socket.close('x' as unknown as number)),
      thrown(() => socket.close(1000, 'x'.repeat(124))),
    ],
    receivers: Object.keys(type.prototype)
      .filter((name) => !/^[A-Z]/.test(name))
      .sort()
      .map((name) => [name, thrown(() => Reflect.get(type.prototype, name) as unknown)]),
    foreign: [
      thrown(() => {
        type.prototype.send.call(new EventTarget() as WebSocket, 'x');
      }),
      thrown(() => {
        type.prototype.close.call(new EventTarget() as WebSocket);
      }),
    ],
    send: thrown(() => {
      loose.send();
    }),
    assignments: ['OPEN', 'url', 'readyState', 'protocol', 'binaryType', 'onopen'].map((name) => [
      name,
      thrown(() => {
        loose[name] = 'x';
      }),
      name === 'url' ? 'of the socket' : loose[name],
    ]),
  };
  socket.close();
  return errors;
}

function describeEvent(event: Event, socket: WebSocket): unknown {
  const { data, origin, lastEventId, source, ports } = event as MessageEvent<unknown>;
  const { code, reason, wasClean } = event as CloseEvent;
  return {
    tag: Object.prototype.toString.call(event),
    type: event.type,
    targets: [event.target, event.currentTarget, event.srcElement].map((target) => target === socket),
    path: event.composedPath().map((target) => target === socket),
    phase: event.eventPhase,
    flags: [event.bubbles, event.cancelable, event.composed, event.defaultPrevented],
    message: [data, origin, lastEventId, source, ports?.length],
    close: [code, reason, wasClean],
    states: [socket.readyState, socket.protocol, socket.extensions, socket.url],
  };
}

/** Connects to a server that sends a greeting, and makes it close. Resolves to all events and errors until then. */
export async function describeEvents(type: WebSocketClass, url: string): Promise<unknown> {
  const log: unknown[] = [];
  const reported: unknown[] = [];
  const onError = (event: ErrorEvent) => {
    reported.push((event.error as Error | null)?.message);
    event.preventDefault();
  };
  window.addEventListener('error', onError);
  const socket = new type(url, ['chat.v1', 'chat.v2']);
  const controller = new AbortController();
  const add = (
    name: string,
    listener: EventListenerOrEventListenerObject,
    options?: AddEventListenerOptions,
  ) => {
    socket.addEventListener(name, listener, options);
  };
  add('message', () => log.push('of an aborted signal'), { signal: AbortSignal.abort() });
  add('message', () => log.push('until the signal'), { signal: controller.signal });
  add('message', () => log.push('once'), { once: true });
  const twice = () => log.push('added twice');
  add('message', twice);
  add('message', twice);
  socket.onmessage = () => {
    throw new Error('first, replaced');
  };
  add('message', function (this: unknown) {
    log.push(['receiver', this === socket]);
    throw new Error('of a listener');
  });
  add('message', {
    handleEvent: (event: Event) => {
      log.push(['object', event.type]);
      throw new Error('of an object');
    },
  });
  socket.onmessage = function (this: unknown, event) {
    log.push(['handler', this === socket, describeEvent(event, socket)]);
    controller.abort();
    socket.send(event.data === 'hello' ? 'again' : 'close');
    throw new Error('of a handler');
  };
  socket.onopen = (event) => {
    log.push(describeEvent(event, socket));
    return false;
  };
  socket.onerror = () => log.push('error');
  add('unknown', () => log.push('unknown'));
  add('message', null as unknown as EventListener);
  const closed = new Promise<void>((resolve) => {
    socket.onclose = (event) => {
      log.push(describeEvent(event, socket));
      resolve();
    };
  });
  log.push(socket.dispatchEvent(new Event('unknown')));
  await closed;
  window.removeEventListener('error', onError);
  return { log, reported };
}

/** Every member that an event has, as a loop over it finds them; functions and objects as their types. */
function describeMembers(event: Event): unknown {
  const names: string[] = [];
  for (const name in event) names.push(name);
  return names.sort().map((name) => {
    const member: unknown = Reflect.get(event, name);
    return [name, name === 'timeStamp' || Object(member) === member ? typeof member : member];
  });
}

/** The greeting of the server as a single listener gets it: while it is called, after an `await`, and later. */
export function describeGreeting(type: WebSocketClass, url: string): Promise<unknown> {
  return new Promise((resolve) => {
    const socket = new type(url);
    socket.onmessage = async (event) => {
      const during = [describeEvent(event, socket), describeMembers(event)];
      const classes = [event instanceof MessageEvent, event.constructor === MessageEvent];
      await Promise.resolve();
      const soon = describeEvent(event, socket);
      // Later the package's event still has a currentTarget, so that this member is left out.
      setTimeout(() => {
        const later = [event.target === socket, event.srcElement === socket, event.eventPhase, event.data];
        resolve([during, classes, soon, later]);
        socket.close();
      }, 10);
    };
  });
}

/** What an Observable of the socket gets beside a handler, where the browser has Observables. */
export function describeWhen(type: WebSocketClass, url: string): Promise<unknown> {
  return new Promise((resolve) => {
    const log: string[] = [];
    const socket = new type(url) as WebSocket & {
      when?: (type: string) => { subscribe: (next: () => void) => void };
    };
    socket.onmessage = () => {
      log.push('handler');
      setTimeout(() => {
        resolve(log);
        socket.close();
      }, 10);
    };
    socket.when?.('message').subscribe(() => log.push('observer'));
  });
}

/** Connects to an address where nothing listens. Resolves to the events. */
export function describeFailure(type: WebSocketClass, _url: string, closedUrl: string): Promise<unknown> {
  return new Promise((resolve) => {
    const log: unknown[] = [];
    const socket = new type(closedUrl);
    for (const name of ['open', 'message', 'error', 'close']) {
      socket.addEventListener(name, (event) => {
        log.push(describeEvent(event, socket));
        if (name === 'close') resolve(log);
      });
    }
  });
}

/** Uses the package's class through a connection that the server closes and one that the page closes. */
export function useReconnecting(
  type: new (url: string, protocols: [], options: object) => WebSocket,
  url: string,
) {
  return new Promise<unknown>((resolve) => {
    const reported: unknown[] = [];
    const log: unknown[] = [];
    const onError = (event: ErrorEvent) => {
      reported.push((event.error as Error | null)?.message);
      event.preventDefault();
    };
    window.addEventListener('error', onError);
    const socket = new type(url, [], { minReconnectionDelay: 50, jitter: 0 });
    socket.onopen = (event) => log.push([event.type, event.target === socket, socket.url === url]);
    socket.onmessage = ({ data, origin, constructor }) => {
      log.push([data, origin, constructor === MessageEvent]);
      if (log.length < 4) socket.send('close');
      else socket.close(4002, 'enough');
      throw new Error('of a handler');
    };
    socket.onclose = ({ code, wasClean, constructor }) => {
      log.push([code, wasClean, constructor === CloseEvent, socket.readyState]);
      if (socket.readyState !== socket.CLOSED) return;
      window.removeEventListener('error', onError);
      resolve({ log, reported });
    };
  });
}
