#include "action.h"

namespace rws {

void Actions::emplace_back(const Action& action) { push_back(action); }

}  // namespace rws
