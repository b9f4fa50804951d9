// The drawing: one line a policy, the server's capacity, and the moment of its return.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "storm_report.h"

namespace rws::storm {
namespace {

constexpr double kWidth = 860;
constexpr double kHeight = 420;
constexpr double kLeft = 64;
constexpr double kRight = 190;
constexpr double kTop = 46;
constexpr double kBottom = 44;
constexpr double kDecades = 6;  // from 1 to a million attempts per second
constexpr std::size_t kSeconds = 100;
constexpr std::array<const char*, 6> kColours = {"#0b7a4b", "#3557c9", "#c2362f",
                                                 "#b98500", "#7b3fb3", "#5b6672"};

struct Point {
  double x = 0;
  double y = 0;
};

Point at(double second, double attempts) {
  const double share = std::log10(std::max(1.0, attempts)) / kDecades;
  return {kLeft + (kWidth - kLeft - kRight) * second / static_cast<double>(kSeconds),
          kHeight - kBottom - (kHeight - kTop - kBottom) * share};
}

template <class... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

std::string text(Point point, const char* anchor, const std::string& content,
                 const char* colour = "#37424e") {
  return formatted("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n", point.x, point.y,
                   anchor, colour, content.c_str());
}

std::string line(Point from, Point to, const char* style) {
  return formatted("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n", from.x, from.y, to.x, to.y,
                   style);
}

std::string axes() {
  std::string drawn;
  for (int decade = 0; decade <= static_cast<int>(kDecades); ++decade) {
    const double attempts = std::pow(10, decade);
    const Point left = at(0, attempts);
    drawn += line(left, at(kSeconds, attempts), "stroke=\"#e0e5eb\"");
    drawn += text({left.x - 8, left.y + 4}, "end", formatted("%.0f", attempts));
  }
  for (std::size_t second = 0; second <= kSeconds; second += 20) {
    const Point bottom = at(static_cast<double>(second), 1);
    drawn += text({bottom.x, bottom.y + 18}, "middle", formatted("%zu s", second));
  }
  return drawn;
}

std::string curve(const StormResult& result, const char* colour) {
  std::string points;
  for (std::size_t second = 0; second < std::min(kSeconds, result.attemptsBySecond.size()); ++second) {
    const Point point =
        at(static_cast<double>(second) + 0.5, static_cast<double>(result.attemptsBySecond[second]));
    points += formatted("%.1f,%.1f ", point.x, point.y);
  }
  return formatted(
             "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-linejoin=\"round\" points=\"",
             colour) +
         points + "\"/>\n";
}

}  // namespace

std::string plot(const std::vector<NamedResult>& storms, const StormSettings& settings, std::size_t clients) {
  std::string drawn = formatted(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" font-family=\"system-ui, "
      "sans-serif\" "
      "font-size=\"12\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
      kWidth, kHeight);
  const double down = std::chrono::duration<double>(settings.down).count();
  drawn +=
      text({kLeft, 24}, "start",
           formatted("Connection attempts per second: %zu clients, server back after %.0f s", clients, down),
           "#17202b");
  drawn += axes();
  drawn += line(at(0, settings.capacity), at(kSeconds, settings.capacity),
                "stroke=\"#37424e\" stroke-dasharray=\"2 4\"");
  const Point capacity = at(kSeconds, settings.capacity);
  drawn += text({capacity.x - 4, capacity.y - 5}, "end", formatted("capacity %.0f/s", settings.capacity));
  if (down > 0) drawn += line(at(down, 1), at(down, 1e6), "stroke=\"#37424e\" stroke-dasharray=\"2 4\"");
  double legend = kTop + 12;
  for (std::size_t index = 0; index < storms.size(); ++index) {
    const char* colour = kColours[index % kColours.size()];
    drawn += curve(storms[index].result, colour);
    drawn += text({kWidth - kRight + 16, legend}, "start", storms[index].name, colour);
    legend += 20;
  }
  return drawn + "</svg>\n";
}

}  // namespace rws::storm
