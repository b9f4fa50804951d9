// Leaves out parts of Emscripten's JavaScript that this module does not use, and that are linked all the same; nearly all
// are embind's. Together they take 2 KB after compression. Names of 3.1 that newer versions do not have, and the other
// way round, are passed over.
{
  const { library } = LibraryManager;

  const replace = (names, replacement, deps = []) => {
    for (const name of names.filter((known) => known in library)) {
      mergeInto(library, { [name]: replacement, [`${name}__deps`]: deps, [`${name}__postset`]: '' });
    }
  };

  const nothing = function () {};
  const first = function (given) {
    return given;
  };

  // Functions for debugging that would be members of the module.
  replace(['$init_embind', '$init_emval'], nothing);

  // Overloads, and the texts of errors about names that are registered twice and types that never were: the tests would
  // find them.
  replace(['$ensureOverloadTable', '$throwUnboundTypeError'], nothing);
  replace(['$exposePublicSymbol'], function (name, value) {
    Module[name] = value;
  });

  replace(
    ['$registerType'],
    function (type, registration) {
      registeredTypes[type] = registration;
      (awaitingDependencies[type] || []).forEach(function (callback) {
        callback();
      });
    },
    ['$registeredTypes', '$awaitingDependencies'],
  );
  replace(
    ['$whenDependentTypesAreResolved'],
    function (types, dependencies, convert) {
      var missing = dependencies.filter(function (type) {
        return !registeredTypes[type];
      });
      var left = missing.length;
      var resolve = function () {
        if (left-- > 0) return;
        var resolved = dependencies.map(function (type) {
          return registeredTypes[type];
        });
        convert(resolved).forEach(function (registration, index) {
          registerType(types[index], registration);
        });
      };
      missing.forEach(function (type) {
        awaitingDependencies[type] = (awaitingDependencies[type] || []).concat(resolve);
      });
      resolve();
    },
    ['$registeredTypes', '$awaitingDependencies', '$registerType'],
  );

  // Overloads of methods and constructors, placeholders until all types are known, virtual methods, and names that are
  // symbols.
  const readName = ['$AsciiToString', '$readLatin1String'].find((name) => name in library);
  const onceKnown = ['$heap32VectorToArray', '$whenDependentTypesAreResolved', '$craftInvokerFunction'];
  replace(
    ['_embind_register_class_function'],
    eval(`(function (type, name, count, types, signature, invoker, context) {
      name = ${readName.slice(1)}(name);
      whenDependentTypesAreResolved([], [type].concat(heap32VectorToArray(count, types)), function (known) {
        var owner = known.shift();
        var run = embind__requireFunction(signature, invoker);
        var method = craftInvokerFunction(owner.name + '.' + name, known, owner, run, context);
        method.argCount = count - 2;
        owner.registeredClass.instancePrototype[name] = method;
        return [];
      });
    })`),
    [...onceKnown, '$embind__requireFunction', readName],
  );
  replace(
    ['_embind_register_class_constructor'],
    function (type, count, types, signature, invoker, context) {
      whenDependentTypesAreResolved([], [type].concat(heap32VectorToArray(count, types)), function (known) {
        var owner = known.shift();
        known.splice(1, 0, null);
        var run = embind__requireFunction(signature, invoker);
        owner.registeredClass.constructor_body = [];
        owner.registeredClass.constructor_body[count - 1] = craftInvokerFunction(
          owner.name,
          known,
          null,
          run,
          context,
        );
        return [];
      });
    },
    [...onceKnown, '$embind__requireFunction'],
  );

  // Value objects that JavaScript gives to C++: the snapshot only comes from there.
  replace(
    ['_embind_finalize_value_object'],
    function (structType) {
      var { name, fields, rawDestructor } = structRegistrations[structType];
      var types = fields.map(function (field) {
        return field.getterReturnType;
      });
      whenDependentTypesAreResolved([structType], types, function (readers) {
        var read = function (pointer) {
          var object = {};
          fields.forEach(function (field, index) {
            object[field.fieldName] = readers[index]['fromWireType'](
              field.getter(field.getterContext, pointer),
            );
          });
          rawDestructor(pointer);
          return object;
        };
        return [{ name, fromWireType: read, destructorFunction: rawDestructor }];
      });
    },
    ['$structRegistrations', '$whenDependentTypesAreResolved'],
  );

  // Base classes, smart pointers and const pointers. There is one class, whose objects are held by plain pointers.
  replace(['$detachFinalizer'], nothing);
  replace(['$upcastPointer', '$downcastPointer', '$attachFinalizer'], first);
  replace(
    ['$nonConstNoSmartPtrRawPointerToWireType'],
    function (destructors, { $$ }) {
      if (!$$) throwBindingError('The object is no ' + this.name);
      return $$.ptr || throwBindingError('Cannot use a deleted object');
    },
    ['$throwBindingError'],
  );
  replace(
    ['$RegisteredPointer'],
    function (name, registeredClass, isReference) {
      this.name = name;
      this.registeredClass = registeredClass;
      this.isReference = isReference;
      this.destructorFunction = null;
      this['toWireType'] = nonConstNoSmartPtrRawPointerToWireType;
      this['fromWireType'] = function (ptr) {
        return Object.create(registeredClass.instancePrototype, { $$: { value: { ptrType: this, ptr } } });
      };
    },
    ['$nonConstNoSmartPtrRawPointerToWireType'],
  );
  replace(
    ['_embind_register_class'],
    eval(`(function (...given) {
      // The name is the eleventh parameter, the destructor the thirteenth.
      var [type, pointer, constPointer] = given;
      var name = ${readName.slice(1)}(given[10]);
      whenDependentTypesAreResolved([type, pointer, constPointer], [], function () {
        var constructor = Module[name] = function (...values) {
          if (!new.target) throw new TypeError('Use new to construct ' + name);
          return registeredClass.constructor_body[values.length].apply(this, values);
        };
        var instancePrototype = constructor.prototype = ClassHandle.prototype;
        var registeredClass = { name, constructor, instancePrototype, rawDestructor: getWasmTableEntry(given[12]) };
        return [true, false, false].map(function (isReference) {
          return new RegisteredPointer(name, registeredClass, isReference);
        });
      });
    })`),
    ['$whenDependentTypesAreResolved', '$RegisteredPointer', '$ClassHandle', '$getWasmTableEntry', readName],
  );

  // The methods that embind adds to every class, except delete().
  replace(['$init_ClassHandle'], function () {
    ClassHandle.prototype.delete = function () {
      var { $$ } = this;
      $$.ptrType.registeredClass.rawDestructor($$.ptrType['toWireType'](null, this));
      $$.ptr = undefined;
    };
  });

  // Texts of errors: what was given for the object of a method, and the names of types, which are numbers here.
  replace(['$embindRepr', 'embind_repr', '$getTypeName'], first);

  // Names that are no identifiers or signatures, and functions with a name of their own.
  replace(['$makeLegalFunctionName', '$getFunctionName'], first);
  replace(['$createNamedFunction'], function (name, body) {
    return body;
  });

  // Checks of signatures, which are as the headers of embind make them.
  replace(
    ['$embind__requireFunction'],
    function (signature, pointer) {
      return getWasmTableEntry(pointer);
    },
    ['$getWasmTableEntry'],
  );

  // Floating point numbers but double.
  replace(['$floatReadValueFromPointer'], function () {
    return function (pointer) {
      return HEAPF64[pointer >> 3];
    };
  });

  // What 3.1 does for browsers without classes, without globalThis, and with slow texts. Newer versions do the same.
  if ('$extendError' in library) {
    replace(['$extendError'], function (base, name) {
      return class extends base {
        constructor(message) {
          super(message);
          this.name = name;
        }
      };
    });
    replace(['$emval_get_global'], function () {
      return globalThis;
    });
    replace(['$readLatin1String'], function (pointer) {
      var end = HEAPU8.indexOf(0, pointer);
      return String.fromCharCode.apply(null, HEAPU8.subarray(pointer, end));
    });
  }

  // Bytes and texts of other encodings as a std::string.
  if ('$readPointer' in library) {
    replace(
      ['_embind_register_std_string'],
      function (type) {
        registerType(type, {
          name: 'std::string',
          readValueFromPointer: readPointer,
          fromWireType: function (pointer) {
            var text = UTF8ToString(pointer + 4, HEAPU32[pointer >> 2], true);
            _free(pointer);
            return text;
          },
          toWireType: function (destructors, text) {
            if (typeof text != 'string') throwBindingError('Cannot pass non-string to std::string');
            var length = lengthBytesUTF8(text);
            var pointer = _malloc(5 + length);
            HEAPU32[pointer >> 2] = length;
            stringToUTF8(text, pointer + 4, length + 1);
            if (destructors) destructors.push(_free, pointer);
            return pointer;
          },
          destructorFunction: _free,
        });
      },
      [
        ...['$registerType', '$readPointer', '$UTF8ToString', '$lengthBytesUTF8', '$stringToUTF8'],
        ...['$throwBindingError', 'malloc', 'free'],
      ],
    );
  }

  // Memory grows by 1 MiB at least, so that it grows seldom. Emscripten's own function tries more sizes.
  const grow = ['growMemory', 'emscripten_realloc_buffer'].find((name) => `$${name}` in library);
  replace(
    ['emscripten_resize_heap'],
    eval(`(function (size) {
      size >>>= 0;
      return ${grow}(Math.max(size, HEAPU8.length + 1048576)) || ${grow}(size);
    })`),
    [`$${grow}`],
  );
}
