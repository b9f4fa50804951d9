// Leaves out parts of embind that this module does not use, and that are linked all the same: conversions for types of
// which no value crosses (only double, bool, std::string, val and the module's own classes do), and functions for
// debugging that would be members of the module.
{
  const { library } = LibraryManager;
  const unused = [
    '_embind_register_bigint',
    '_embind_register_integer',
    '_embind_register_memory_view',
    '_embind_register_std_wstring',
    '$init_embind',
    '$init_emval',
  ];
  for (const name of unused.filter((known) => known in library)) {
    mergeInto(library, { [name]: function () {}, [`${name}__deps`]: [], [`${name}__postset`]: '' });
  }
}
