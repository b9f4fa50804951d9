// Leaves out parts of embind that this module does not use, and that are linked all the same. Names of 3.1 that newer
// versions do not have, and the other way round, are passed over.
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

  // Conversions for types of which no value crosses: only double, bool, std::string, val, the snapshot and the module's
  // class do.
  replace(
    [
      '_embind_register_bigint',
      '_embind_register_integer',
      '_embind_register_memory_view',
      '_embind_register_std_wstring',
    ],
    nothing,
  );

  // Functions for debugging that would be members of the module.
  replace(['$init_embind', '$init_emval'], nothing);

  // Overloads, and the texts of errors about types that were never registered: the tests would find them.
  replace(['$ensureOverloadTable', '$throwUnboundTypeError'], nothing);

  // Checks of names and signatures, which are as the headers of embind make them.
  replace(['$makeLegalFunctionName'], first);
  replace(['$createNamedFunction'], function (name, body) {
    return body;
  });
  replace(['$exposePublicSymbol', '$replacePublicSymbol'], function (name, value) {
    Module[name] = value;
  });
  replace(
    ['$embind__requireFunction'],
    function (signature, pointer) {
      return getWasmTableEntry(pointer);
    },
    ['$getWasmTableEntry'],
  );

  // Ways to the global object in engines that have no globalThis.
  replace(['$emval_get_global'], function () {
    return globalThis;
  });

  // A table of 256 characters, by which names are read.
  replace(['$readLatin1String'], function (pointer) {
    var end = HEAPU8.indexOf(0, pointer);
    return String.fromCharCode.apply(null, HEAPU8.subarray(pointer, end));
  });

  // Base classes and smart pointers. There is one class, whose objects are held by plain pointers.
  replace(['$genericPointerToWireType', '$detachFinalizer'], nothing);
  replace(['$upcastPointer', '$downcastPointer', '$attachFinalizer'], first);
  replace(['$RegisteredPointer_fromWireType'], function (ptr) {
    return Object.create(this.registeredClass.instancePrototype, { $$: { value: { ptrType: this, ptr } } });
  });

  // All methods of an object that are not its class's own, but delete(). There are no clones, so none are counted.
  replace(
    ['$init_ClassHandle'],
    function () {
      ClassHandle.prototype.delete = function () {
        if (!this.$$.ptr) throwInstanceAlreadyDeleted(this);
        this.$$.ptrType.registeredClass.rawDestructor(this.$$.ptr);
        this.$$.ptr = undefined;
      };
    },
    ['$throwInstanceAlreadyDeleted'],
  );
}
