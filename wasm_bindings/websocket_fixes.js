// Replaces defective functions of Emscripten's libraries under their own names: WebSockets, timers, the clock. Each has a
// comment with its defect and the versions that have it. When this file is evaluated, LibraryManager.library holds
// Emscripten's own functions, so that what a newer version has corrected is left alone.
//
// A JavaScript exception that passes through wasm frames skips destructors and leaves the stack pointer where it was, so
// none may leave these functions. Every member of a native object may throw, because a page may replace WebSocket.
{
  const { library } = LibraryManager;

  // In every module of 3.1, in a library of newer versions.
  const available = (...names) => names.filter((name) => name in library);

  // Where members of EmscriptenWebSocketCloseEvent lie; 3.1 has no table of it.
  const closeEventLayout = () => {
    try {
      const { code, reason } = C_STRUCTS.EmscriptenWebSocketCloseEvent;
      return { code, reason };
    } catch (error) {
      return { code: 8, reason: 10 };
    }
  };

  // Emscripten's own function with EMSCRIPTEN_RESULT_FAILED as the result where it would throw.
  const guarded = (name) =>
    eval(`(function (first, second, third, fourth) {
      try {
        return (${library[name]})(first, second, third, fourth);
      } catch (error) {
        return -6;
      }
    })`);

  const fixes = {
    // --- sockets

    // They throw on a code or reason that is not allowed, on a socket that is still connecting, and where a test double
    // does. All versions up to 6.0.5.
    emscripten_websocket_close: guarded('emscripten_websocket_close'),
    emscripten_websocket_send_utf8_text: guarded('emscripten_websocket_send_utf8_text'),
    emscripten_websocket_get_ready_state: guarded('emscripten_websocket_get_ready_state'),
    emscripten_websocket_set_onopen_callback_on_thread: guarded(
      'emscripten_websocket_set_onopen_callback_on_thread',
    ),
    emscripten_websocket_set_onerror_callback_on_thread: guarded(
      'emscripten_websocket_set_onerror_callback_on_thread',
    ),

    // Throws on a bad address, and sets binaryType, which is the listener's. All versions up to 6.0.5. The result stands
    // for the name of the exception (see platform.cpp), whose message may hold the URL. The listener may have set the
    // class (CoreModule.WebSocket in web/core/core.d.ts).
    emscripten_websocket_new__deps: ['$webSockets', ...available('$UTF8ToString')],
    emscripten_websocket_new: function (attributes) {
      try {
        // A page without modules can hide the name by a `const` of its own.
        var Native = Module['WebSocket'] || globalThis.WebSocket;
        if (!Native) return -1; // EMSCRIPTEN_RESULT_NOT_SUPPORTED
        var url = UTF8ToString(HEAPU32[attributes >> 2]);
        var protocols = HEAPU32[(attributes + 4) >> 2];
        return webSockets.allocate(
          protocols ? new Native(url, UTF8ToString(protocols).split(',')) : new Native(url),
        );
      } catch (error) {
        try {
          // EMSCRIPTEN_RESULT_INVALID_PARAM, EMSCRIPTEN_RESULT_INVALID_TARGET
          return { SyntaxError: -5, SecurityError: -3 }[error.name] || -6;
        } catch (noName) {
          return -6; // EMSCRIPTEN_RESULT_FAILED
        }
      }
    },

    // Reads members of the event that test doubles leave out, cuts the reason at U+0000, and writes to memory that all
    // events share. All versions up to 6.0.5. Here U+0000 becomes C0 80, as in Java's class files, and a code that is
    // none becomes 1006: Deno has 0 for a connection that never opened.
    emscripten_websocket_set_onclose_callback_on_thread__deps: [
      '$webSockets',
      '$closeEventLayout',
      '$getWasmTableEntry',
      ...available('$stackSave', '$stackAlloc', '$stackRestore', '$stringToUTF8'),
    ],
    emscripten_websocket_set_onclose_callback_on_thread: function (id, userData, callback) {
      try {
        webSockets.get(id).onclose = function (event) {
          var code, reason, wasClean;
          try {
            code = +event.code;
            reason = event.reason;
            wasClean = event.wasClean === true;
          } catch (error) {
            // There is no event, or a member of it cannot be read.
          }
          var top = stackSave();
          var pointer = stackAlloc(528);
          HEAPU32[pointer >> 2] = id;
          HEAPU32[(pointer + 4) >> 2] = wasClean ? 1 : 0;
          HEAPU16[(pointer + closeEventLayout.code) >> 1] = code >= 1000 && code <= 65535 ? code : 1006;
          var end = pointer + closeEventLayout.reason;
          // Whatever fits into 123 bytes (RFC 6455, 5.5) is never cut.
          var parts = typeof reason === 'string' ? reason.slice(0, 123).split('\0') : [''];
          for (var index = 0; index < parts.length; index++) {
            if (index > 0) {
              HEAPU8[end++] = 0xc0;
              HEAPU8[end++] = 0x80;
            }
            end += stringToUTF8(parts[index], end, 400);
          }
          getWasmTableEntry(callback)(0, pointer, userData);
          stackRestore(top);
        };
        return 0;
      } catch (error) {
        return -6;
      }
    },
    $closeEventLayout: closeEventLayout(),

    // Writes NaN and negative numbers as huge ones, and, where size_t has 32 bits, numbers modulo 2^32. 3.1 writes 64
    // bits, newer versions 32; these are the low ones of both.
    emscripten_websocket_get_buffered_amount__deps: ['$webSockets'],
    emscripten_websocket_get_buffered_amount: function (id, pointer) {
      try {
        var amount = webSockets.get(id).bufferedAmount;
        HEAPU32[pointer >> 2] = amount > 0 ? Math.min(amount, 0xffffffff) : 0;
        return 0;
      } catch (error) {
        return -6;
      }
    },

    // Keeps the socket where one of its properties refuses null, and leaves no handler for an error that is still to
    // come, which in Node's package ws ends the process: all versions up to 6.0.5. 3.1 keeps every socket: it deletes
    // WS.sockets[socket] instead of WS.sockets[socketId].
    emscripten_websocket_delete__deps: ['$webSockets'],
    emscripten_websocket_delete: function (id) {
      try {
        var socket = webSockets.get(id);
        webSockets.free(id);
        socket.onerror = function () {};
        socket.onopen = socket.onclose = socket.onmessage = null;
        return 0;
      } catch (error) {
        return -6;
      }
    },

    // Not in Emscripten's API: the native object, for the listener.
    rwsNativeSocket__deps: ['$webSockets', '$Emval'],
    rwsNativeSocket: function (id) {
      return Emval.toHandle(webSockets.get(id));
    },

    // --- timers and the clock

    // Returns what setTimeout returns as an integer of 32 bits: clocks of tests return objects and larger numbers. Runs
    // a timer that was cleared where such a clock fires it. All versions up to 6.0.5.
    $pendingTimers: { newest: 0 },
    emscripten_set_timeout__deps: ['$pendingTimers', '$getWasmTableEntry'],
    emscripten_set_timeout: function (callback, delay, userData) {
      var id = (pendingTimers.newest = (pendingTimers.newest % 0x7fffffff) + 1);
      pendingTimers[id] = setTimeout(function () {
        if (!(id in pendingTimers)) return;
        delete pendingTimers[id];
        getWasmTableEntry(callback)(userData);
      }, delay);
      return id;
    },
    emscripten_clear_timeout__deps: ['$pendingTimers'],
    emscripten_clear_timeout: function (id) {
      clearTimeout(pendingTimers[id]);
      delete pendingTimers[id];
    },

    // Throws where a test has taken the performance object away. All versions up to 6.0.5.
    emscripten_get_now: function () {
      var clock = globalThis.performance;
      return clock && clock.now ? clock.now() : Date.now();
    },
  };

  // 3.1 keeps sockets in an array that only grows; newer versions have an allocator of handles. This one has the same
  // methods, and gives the handle of a deleted socket to the next one.
  if (!('$webSockets' in library)) {
    fixes.$webSockets__deps = ['$WS'];
    fixes.$webSockets = {
      allocate: function (socket) {
        var id = WS.sockets.indexOf(undefined, 1);
        if (id < 0) id = WS.sockets.length;
        WS.sockets[id] = socket;
        return id;
      },
      get: function (id) {
        return WS.sockets[id];
      },
      free: function (id) {
        WS.sockets[id] = undefined;
      },
    };
  }

  mergeInto(library, fixes);
}
