// Leaves out the types that embind registers and the module does not use: wide strings, views of memory and 64-bit
// integers. Their JavaScript halves are 0.7 KB after brotli.
mergeInto(LibraryManager.library, {
  _embind_register_std_wstring__deps: [],
  _embind_register_std_wstring: function () {},
  _embind_register_memory_view__deps: [],
  _embind_register_memory_view: function () {},
  _embind_register_bigint__deps: [],
  _embind_register_bigint: function () {},
});
