#include "boxed.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace rws {
namespace {

using Box = Boxed<std::string>;

Box boxed(const char* text) {
  Box box;
  box.emplace(text);
  return box;
}

TEST(Boxed, TakesTheMemoryOfAPointerWhileItIsEmpty) {
  const Box box;
  EXPECT_FALSE(box);
  EXPECT_FALSE(box.has_value());
  EXPECT_EQ(sizeof box, sizeof(void*));
}

TEST(Boxed, HoldsAValueUntilReset) {
  Box box = boxed("a");
  EXPECT_TRUE(box);
  EXPECT_EQ(*box, "a");
  *box += "b";
  EXPECT_EQ(box->size(), 2U);
  box.emplace("c");
  EXPECT_EQ(*box, "c");
  box.reset();
  EXPECT_FALSE(box);
}

TEST(Boxed, ACopyHasAValueOfItsOwn) {
  Box box = boxed("a");
  const Box copy = box;
  *box = "b";
  EXPECT_EQ(*copy, "a");
  Box other = boxed("c");
  other = copy;
  *other += "d";
  EXPECT_EQ(*copy, "a");
  EXPECT_EQ(*other, "ad");
  other = Box();
  EXPECT_FALSE(other);
}

TEST(Boxed, AMoveTakesTheValue) {
  Box box = boxed("a");
  const std::string* const value = &*box;
  const Box moved = std::move(box);
  EXPECT_EQ(&*moved, value);
}

}  // namespace
}  // namespace rws
