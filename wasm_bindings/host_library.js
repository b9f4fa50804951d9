// Owns the JavaScript half of the driver: clock readings, the timer, the words between C++ and the facade, and
// Emscripten's WebSocket calls with their traps guarded. No exception leaves a function of this file, because one that
// flies through wasm frames skips destructors. Refuses decisions, payloads, and state outside the module instance.
//
// Everything of the page is looked up when it is used: tests replace clocks, timers and WebSocket at any time.

// Part of every module in Emscripten 3.1, and taken from a library when asked for in newer versions.
var textFunctions = [
  '$UTF8ToString',
  '$stringToUTF8',
  '$lengthBytesUTF8',
  '$stackSave',
  '$stackRestore',
  '$stackAlloc',
];
var hostLibrary = {
  $HOST__deps: ['$WS'].concat(textFunctions.filter((name) => name in LibraryManager.library)),
  $HOST__postset:
    'Module["facades"] = HOST.facades; Module["withText"] = HOST.withText; Module["withNumbers"] = HOST.withNumbers;',
  $HOST: {
    // What implements CorePort, by the address of its connection. The facade enters and removes itself.
    facades: {},
    // Names of the facade's methods, by the address of their C strings.
    names: {},
    // Timers by their owner. Those of fake clocks are objects, or numbers beyond 32 bits: wasm never sees them.
    timers: {},
    // Emscripten's handlers, and the listener of the socket whose event is being told.
    handlers: null,
    listener: 0,
    // Of the close event being told: UTF-8 length of its reason, for the event has a C string only and a reason may hold
    // U+0000; and the n of {"retryAfterMs": n}, NaN without.
    reasonLength: 0,
    retryAfter: NaN,

    // Native sockets by handle. Emscripten up to 3.1 keeps an array, newer versions an allocator of handles.
    sockets: function () {
      return WS.sockets || webSockets.allocated;
    },

    // What counts and clocks tell, as wasm can take it: 0 for NaN, undefined and negative numbers.
    number: function (value) {
      return value > 0 ? Math.min(value, 9007199254740992) : 0;
    },

    // A text of C++. Emscripten's own reading ends at U+0000.
    text: function (pointer, length) {
      var text = UTF8ToString(pointer, length);
      for (var read = lengthBytesUTF8(text); read < length; read = lengthBytesUTF8(text)) {
        text += '\0' + UTF8ToString(pointer + read + 1, length - read - 1);
      }
      return text;
    },

    // Calls with a text's address and length.
    withText: function (text, call) {
      var top = stackSave();
      var size = lengthBytesUTF8(text);
      var pointer = stackAlloc(size + 1);
      stringToUTF8(text, pointer, size + 1);
      var result = call(pointer, size);
      stackRestore(top);
      return result;
    },

    // Calls with the address of a list of numbers.
    withNumbers: function (numbers, call) {
      var top = stackSave();
      var pointer = stackAlloc(8 * numbers.length);
      HEAPF64.set(numbers, pointer >> 3);
      var result = call(pointer);
      stackRestore(top);
      return result;
    },

    retryAfterOf: function (reason) {
      try {
        var value = JSON.parse(reason);
        var isObject = value && typeof value === 'object' && !Array.isArray(value);
        if (isObject && typeof value.retryAfterMs === 'number') return value.retryAfterMs;
      } catch (error) {
        // A reason need not be JSON.
      }
      return NaN;
    },

    // Test doubles call onclose() without an event, or with code and reason only.
    closeEvent: function (event) {
      var given = event || {};
      // A reason of at most 123 bytes (RFC 6455, 5.5) is never cut; whatever is longer must fit into Emscripten's buffer.
      var reason = typeof given.reason === 'string' ? given.reason.slice(0, 123) : '';
      HOST.reasonLength = lengthBytesUTF8(reason);
      HOST.retryAfter = HOST.retryAfterOf(reason);
      return {
        code: given.code >= 0 && given.code <= 65535 ? given.code : 1006,
        reason: reason,
        wasClean: given.wasClean === true,
      };
    },
  },

  rwsClockMonotonic__deps: ['$HOST'],
  rwsClockMonotonic: function () {
    var clock = globalThis.performance;
    return HOST.number(clock && typeof clock.now === 'function' ? clock.now() : Date.now());
  },

  rwsClockWall__deps: ['$HOST'],
  rwsClockWall: function () {
    return HOST.number(Date.now());
  },

  rwsTimerSet__deps: ['$HOST', 'rwsTimerClear'],
  // The line with the three braces is Emscripten's: a call through wasm's table, in the words of its version.
  // prettier-ignore
  rwsTimerSet: function (owner, delay, callback) {
    _rwsTimerClear(owner);
    var entry = { timer: undefined };
    HOST.timers[owner] = entry;
    entry.timer = globalThis.setTimeout(function () {
      // A clock that was replaced may still fire timers that were cleared on its successor.
      if (HOST.timers[owner] !== entry) return;
      delete HOST.timers[owner];
      {{{ makeDynCall('vi', 'callback') }}}(owner);
    }, delay);
  },

  rwsTimerClear__deps: ['$HOST'],
  rwsTimerClear: function (owner) {
    var entry = HOST.timers[owner];
    if (!entry) return;
    delete HOST.timers[owner];
    globalThis.clearTimeout(entry.timer);
  },

  // Calls a method of the facade: with the text first if there is one (its length is not negative), then the numbers.
  rwsTell__deps: ['$HOST'],
  rwsTell: function (owner, method, text, length, numbers, count) {
    var name = HOST.names[method] || (HOST.names[method] = UTF8ToString(method));
    var values = length >= 0 ? [HOST.text(text, length)] : [];
    for (var index = numbers >> 3; count > 0; count--) values.push(HEAPF64[index++]);
    var port = HOST.facades[owner];
    var target = port[name] ? port : port.delegate;
    return Number(target[name].apply(target, values));
  },

  // Opens the address the facade has found. Returns the handle, or 0 and the name of the error; its message may hold the
  // URL.
  rwsSocketOpen__deps: ['$HOST', 'emscripten_websocket_new'],
  rwsSocketOpen: function (owner, failure, failureSize) {
    var address = HOST.facades[owner].address;
    var id = 0;
    var name = 'NotSupported';
    HOST.withText(address.url, function (url) {
      HOST.withText(address.protocols, function (protocols, size) {
        var attributes = stackAlloc(16);
        HEAP32[attributes >> 2] = url;
        HEAP32[(attributes + 4) >> 2] = size ? protocols : 0;
        HEAP32[(attributes + 8) >> 2] = 1;
        try {
          id = _emscripten_websocket_new(attributes);
        } catch (error) {
          name = (error && error.name) || 'Error';
        }
      });
    });
    if (id <= 0) {
      stringToUTF8(String(name), failure, failureSize);
      return 0;
    }
    // The array of 3.1 only grows: the new socket takes the place of a deleted one.
    var free = WS.sockets ? WS.sockets.indexOf(null, 1) : 0;
    if (free <= 0) return id;
    WS.sockets[free] = WS.sockets.pop();
    return free;
  },

  // Shows the facade the native socket.
  rwsSocketShow__deps: ['$HOST'],
  rwsSocketShow: function (owner, attempt, id) {
    HOST.facades[owner].socketCreated(attempt, HOST.sockets()[id]);
  },

  // Emscripten's handlers are installed on a stand-in, once for all sockets, and called by ours: they take neither
  // missing events nor missing fields, and what is read back from a socket's on* property need not be what was assigned
  // (mock-socket). Ours say first whose event it is.
  rwsSocketListen__deps: [
    '$HOST',
    'emscripten_websocket_set_onopen_callback_on_thread',
    'emscripten_websocket_set_onerror_callback_on_thread',
    'emscripten_websocket_set_onclose_callback_on_thread',
  ],
  rwsSocketListen: function (id, listener, onOpen, onError, onClose) {
    var sockets = HOST.sockets();
    var socket = sockets[id];
    if (!HOST.handlers) {
      HOST.handlers = sockets[id] = {};
      _emscripten_websocket_set_onopen_callback_on_thread(id, 0, onOpen, 0);
      _emscripten_websocket_set_onerror_callback_on_thread(id, 0, onError, 0);
      _emscripten_websocket_set_onclose_callback_on_thread(id, 0, onClose, 0);
      sockets[id] = socket;
    }
    // The listener lives as long as the socket has its handle, whoever kept a handler.
    var isHeard = () => {
      HOST.listener = listener;
      return sockets[id] === socket;
    };
    socket.onopen = () => isHeard() && HOST.handlers.onopen();
    socket.onerror = () => isHeard() && HOST.handlers.onerror();
    socket.onclose = (event) => isHeard() && HOST.handlers.onclose(HOST.closeEvent(event));
  },

  rwsSocketListener__deps: ['$HOST'],
  rwsSocketListener: function () {
    return HOST.listener;
  },

  rwsSocketReasonLength__deps: ['$HOST'],
  rwsSocketReasonLength: function () {
    return HOST.reasonLength;
  },

  rwsSocketRetryAfter__deps: ['$HOST'],
  rwsSocketRetryAfter: function () {
    return HOST.retryAfter;
  },

  rwsSocketBufferedAmount__deps: ['$HOST'],
  rwsSocketBufferedAmount: function (id) {
    return HOST.number(HOST.sockets()[id].bufferedAmount);
  },

  // Emscripten's send takes a C string and would end the text at U+0000.
  rwsSocketSendText__deps: ['$HOST'],
  rwsSocketSendText: function (id, text, length) {
    try {
      HOST.sockets()[id].send(HOST.text(text, length));
      return 1;
    } catch (error) {
      // The socket tells of its end by itself, and the heartbeat notices one that does not.
      return 0;
    }
  },

  rwsSocketClose__deps: ['emscripten_websocket_close'],
  rwsSocketClose: function (id, code, reason) {
    try {
      _emscripten_websocket_close(id, code, reason);
    } catch (error) {
      // Nothing more can be done for this socket; its successor does not depend on it.
    }
  },

  // Detaches the socket by itself and lets Emscripten delete a stand-in: 3.1 removes the key "[object WebSocket]"
  // instead of the handle, and an on* property of a test double may refuse null.
  rwsSocketDelete__deps: ['$HOST', 'emscripten_websocket_delete'],
  rwsSocketDelete: function (id, isOver) {
    var sockets = HOST.sockets();
    var socket = sockets[id];
    sockets[id] = {};
    _emscripten_websocket_delete(id);
    if (WS.sockets) WS.sockets[id] = null;
    try {
      socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
      if (!isOver) socket.close(1000);
    } catch (error) {
      // The guard of rwsSocketListen keeps its events away.
    }
  },
};

mergeInto(LibraryManager.library, hostLibrary);
