// Owns the JavaScript half of the driver: clock readings, the timer, the words between C++ and the facade, and
// Emscripten's WebSocket calls with their traps guarded. No exception leaves a function of this file, because one that
// flies through wasm frames skips destructors. Refuses decisions, payloads, and state outside the module instance.
//
// Everything of the page is looked up when it is used: tests replace clocks, timers and WebSocket at any time.
var hostLibrary = {
  $HOST__deps: ['$WS'].concat(
    // Part of every module in Emscripten 3.1, and taken from a library when asked for in newer versions.
    ['$stackSave', '$stackRestore', '$stackAlloc'].filter((name) => name in LibraryManager.library),
  ),
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

    // Native sockets by handle. Emscripten up to 3.1 keeps an array, newer versions an allocator of handles.
    sockets: function () {
      return WS.sockets || webSockets.allocated;
    },

    // The listener lives as long as the socket has its handle, whoever kept a handler.
    isHeard: function (id, socket, listener) {
      HOST.listener = listener;
      return HOST.sockets()[id] === socket;
    },

    // What counts and clocks tell, as wasm can take it: 0 for NaN, undefined and negative numbers.
    number: function (value) {
      return value > 0 ? Math.min(value, 9007199254740992) : 0;
    },

    // The text of UTF-8 in memory. Emscripten's own reading ends at U+0000, and takes more code.
    text: function (pointer, length) {
      var bytes = String.fromCharCode(...HEAPU8.subarray(pointer, pointer + length));
      return decodeURIComponent(
        bytes.replace(/[%\x80-\xFF]/g, (byte) => '%' + byte.charCodeAt(0).toString(16)),
      );
    },

    // A C string, of ASCII.
    name: function (pointer) {
      return HOST.text(pointer, HEAPU8.indexOf(0, pointer) - pointer);
    },

    // The bytes of a text in UTF-8, a character for each; U+FFFD for a lone surrogate.
    bytes: function (text) {
      return encodeURIComponent(String(text).replace(/\p{Surrogate}/gu, '\uFFFD')).replace(
        /%(..)/g,
        (escaped, digits) => String.fromCharCode('0x' + digits),
      );
    },

    // Writes what `bytes` gives.
    write: function (bytes, pointer) {
      for (var index = 0; index < bytes.length; index++) HEAPU8[pointer + index] = bytes.charCodeAt(index);
    },

    // Calls with a text's address and length.
    withText: function (text, call) {
      var top = stackSave();
      var bytes = HOST.bytes(text);
      var pointer = stackAlloc(bytes.length);
      HOST.write(bytes, pointer);
      var result = call(pointer, bytes.length);
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
  },

  // By what is asked for and no more: a page of 64 KiB holds fifty connections.
  emscripten_resize_heap__deps: [],
  // The line with the three braces tells the views of memory to look at the new one, in the words of Emscripten's version.
  // prettier-ignore
  emscripten_resize_heap: function (size) {
    try {
      wasmMemory.grow((size - HEAPU8.length + 65535) >>> 16);
    } catch (error) {
      return 0;
    }
    {{{ '$growMemory' in LibraryManager.library ? 'updateMemoryViews()' : 'updateGlobalBufferAndViews(wasmMemory.buffer)' }}};
    return 1;
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
    var fire = function () {
      // A clock that was replaced may still fire timers that were cleared on its successor, and the facade's means of
      // waking knows of no clearing.
      if (HOST.timers[owner] !== entry) return;
      _rwsTimerClear(owner);
      {{{ makeDynCall('vi', 'callback') }}}(owner);
    };
    entry.timer = globalThis.setTimeout(fire, delay);
    // Set by the facade: another means of waking beside the page's timer. Whichever comes first counts.
    if (Module['timerSet']) Module['timerSet'](owner, fire, delay);
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
    var name = HOST.names[method] || (HOST.names[method] = HOST.name(method));
    var values = length >= 0 ? [HOST.text(text, length)] : [];
    for (var index = numbers >> 3; count > 0; count--) values.push(HEAPF64[index++]);
    var port = HOST.facades[owner];
    var target = port[name] ? port : port.delegate;
    return Number(target[name].apply(target, values));
  },

  // Opens the address the facade has found. Returns the handle, or 0 and the name of the error; its message may hold the
  // URL. Emscripten's emscripten_websocket_new lets exceptions out, and takes C strings.
  rwsSocketOpen__deps: ['$HOST'],
  rwsSocketOpen: function (owner, failure, failureSize) {
    var address = HOST.facades[owner].address;
    try {
      var socket = address.protocols
        ? new WebSocket(address.url, address.protocols.split(','))
        : new WebSocket(address.url);
    } catch (error) {
      var name = typeof WebSocket === 'undefined' ? 'NotSupported' : (error && error.name) || 'Error';
      HOST.write(HOST.bytes(name).slice(0, failureSize - 1) + '\0', failure);
      return 0;
    }
    if (!WS.sockets) return webSockets.allocate(socket);
    // The array of 3.1 only grows: the new socket takes the place of a deleted one.
    var free = WS.sockets.indexOf(null, 1);
    if (free < 0) free = WS.sockets.length;
    WS.sockets[free] = socket;
    return free;
  },

  // Shows the facade the native socket.
  rwsSocketShow__deps: ['$HOST'],
  rwsSocketShow: function (owner, attempt, id) {
    HOST.facades[owner].socketCreated(attempt, HOST.sockets()[id]);
  },

  // A function of its own: it must not hold the first socket.
  $closeHandler__deps: ['$HOST'],
  // The line with the three braces is Emscripten's: a call through wasm's table, in the words of its version.
  // prettier-ignore
  $closeHandler: function (callback) {
    // Test doubles call onclose() without an event, or with code and reason only.
    return function (event) {
      var given = event || {};
      var code = given.code >= 0 && given.code <= 65535 ? given.code : 1006;
      // A reason of at most 123 bytes (RFC 6455, 5.5) is never cut; whatever is longer must fit onto the stack.
      var reason = typeof given.reason === 'string' ? given.reason.slice(0, 123) : '';
      HOST.withText(reason, function (pointer, length) {
        {{{ makeDynCall('viiiiid', 'callback') }}}(HOST.listener, code, given.wasClean === true, pointer, length, HOST.retryAfterOf(reason));
      });
    };
  },

  // Emscripten's handlers are installed on a stand-in, once for all sockets, and called by ours: they take neither
  // missing events nor missing fields, and what is read back from a socket's on* property need not be what was assigned
  // (mock-socket). Ours say first whose event it is. That of close is ours alone: a reason may hold U+0000, and ends
  // there in Emscripten's event.
  rwsSocketListen__deps: [
    '$HOST',
    'emscripten_websocket_set_onopen_callback_on_thread',
    'emscripten_websocket_set_onerror_callback_on_thread',
    '$closeHandler',
  ],
  rwsSocketListen: function (id, listener, onOpen, onError, onClose) {
    var sockets = HOST.sockets();
    var socket = sockets[id];
    if (!HOST.handlers) {
      HOST.handlers = sockets[id] = {};
      _emscripten_websocket_set_onopen_callback_on_thread(id, 0, onOpen, 0);
      _emscripten_websocket_set_onerror_callback_on_thread(id, 0, onError, 0);
      HOST.handlers.onclose = closeHandler(onClose);
      sockets[id] = socket;
    }
    // Three closures, and no more, for each socket.
    socket.onopen = () => HOST.isHeard(id, socket, listener) && HOST.handlers.onopen();
    socket.onerror = () => HOST.isHeard(id, socket, listener) && HOST.handlers.onerror();
    socket.onclose = (event) => HOST.isHeard(id, socket, listener) && HOST.handlers.onclose(event);
  },

  rwsSocketListener__deps: ['$HOST'],
  rwsSocketListener: function () {
    return HOST.listener;
  },

  rwsSocketBufferedAmount__deps: ['$HOST'],
  rwsSocketBufferedAmount: function (id) {
    return HOST.number(HOST.sockets()[id].bufferedAmount);
  },

  rwsSocketIsClosing__deps: ['$HOST'],
  rwsSocketIsClosing: function (id) {
    return HOST.sockets()[id].readyState > 1;
  },

  // Emscripten's send takes a C string and would end the text at U+0000.
  rwsSocketSendText__deps: ['$HOST', 'rwsSocketIsClosing'],
  rwsSocketSendText: function (id, text, length) {
    try {
      if (_rwsSocketIsClosing(id)) return 0;
      HOST.sockets()[id].send(HOST.text(text, length));
      return 1;
    } catch (error) {
      // The socket tells of its end by itself, and the heartbeat notices one that does not.
      return 0;
    }
  },

  // Emscripten's, with exceptions kept in: of sockets that are what they should be there are none.
  emscripten_websocket_close__deps: ['$HOST'],
  emscripten_websocket_close: function (id, code, reason) {
    var socket = HOST.sockets()[id];
    var text = HOST.name(reason);
    try {
      if (text) socket.close(code, text);
      else socket.close(code);
    } catch (error) {
      // Nothing more can be done for this socket; its successor does not depend on it.
    }
    return 0;
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
