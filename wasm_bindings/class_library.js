// Owns the JavaScript half of EMSCRIPTEN_BINDINGS: the functions that embind's headers call while the module starts.
// They make of each registration a class, a method or a function that calls through wasm's table. Emscripten's own half
// converts values of any type and resolves overloads and base classes; here all values are numbers and truths, which
// WebAssembly converts by itself. Refuses every other kind of registration: the link fails for want of its function.
var classLibrary = {
  $CLASSES__deps: ['$getWasmTableEntry'],
  $CLASSES: {
    // By embind's number for their type.
    known: {},

    // The function of wasm's table, with its first argument.
    caller: function (invoker, target) {
      return getWasmTableEntry(invoker).bind(null, target);
    },

    // Where the C++ object is.
    pointerOf: function (object) {
      if (!object.pointer) throw TypeError('This is a deleted object');
      return object.pointer;
    },
  },

  // Newer versions remember the registrations, for threads.
  _embind_register_bindings: function () {},

  _embind_register_class__deps: ['$CLASSES', '$HOST', '$getWasmTableEntry'],
  _embind_register_class: function (
    type,
    pointerType,
    constPointerType,
    baseType,
    typeGetterSignature,
    typeGetter,
    upcastSignature,
    upcast,
    downcastSignature,
    downcast,
    name,
    destructorSignature,
    destructor,
  ) {
    var bound = function (...values) {
      if (values.length !== bound.count) throw TypeError('expected (' + bound.count + ') parameters');
      this.pointer = bound.construct(...values);
    };
    // Not among the methods that were registered.
    var inherited = {
      delete() {
        getWasmTableEntry(destructor)(CLASSES.pointerOf(this));
        this.pointer = 0;
      },
    };
    bound.prototype = Object.create(inherited, { constructor: { value: bound } });
    CLASSES.known[type] = Module[HOST.name(name)] = bound;
  },

  // `count` is one more than the parameters: the result comes first among the types.
  _embind_register_class_constructor__deps: ['$CLASSES'],
  _embind_register_class_constructor: function (type, count, types, signature, invoker, target) {
    CLASSES.known[type].count = count - 1;
    CLASSES.known[type].construct = CLASSES.caller(invoker, target);
  },

  _embind_register_class_function__deps: ['$CLASSES', '$HOST'],
  _embind_register_class_function: function (type, name, count, types, signature, invoker, target) {
    var call = CLASSES.caller(invoker, target);
    CLASSES.known[type].prototype[HOST.name(name)] = function (...values) {
      return call(CLASSES.pointerOf(this), ...values);
    };
  },

  _embind_register_function__deps: ['$CLASSES', '$HOST'],
  _embind_register_function: function (name, count, types, signature, invoker, target) {
    Module[HOST.name(name)] = CLASSES.caller(invoker, target);
  },
};

mergeInto(LibraryManager.library, classLibrary);
