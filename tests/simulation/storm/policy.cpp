// The formulas. Times are seconds, U is uniform in [0, 1), n counts retries from 0.
#include "policy.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rws::storm {
namespace {

constexpr double kCap = 30;
constexpr unsigned kAttempts = 10;

double doubled(double base, unsigned retry) { return base * std::exp2(std::min(retry, 60U)); }

double nominal(unsigned retry) { return std::min(kCap, doubled(1, retry)); }

template <std::size_t Size>
double tabled(const std::array<double, Size>& table, unsigned retry) {
  return table[std::min<std::size_t>(retry, Size - 1)];
}

double none(unsigned retry, ClientMemory&, Random&) { return nominal(retry); }

double plusMinus20(unsigned retry, ClientMemory&, Random& random) {
  return nominal(retry) * (0.8 + 0.4 * random.unit());
}

double equal(unsigned retry, ClientMemory&, Random& random) {
  return nominal(retry) * (0.5 + 0.5 * random.unit());
}

double full(unsigned retry, ClientMemory&, Random& random) { return nominal(retry) * random.unit(); }

double decorrelated(unsigned retry, ClientMemory& memory, Random& random) {
  const double before = retry == 0 ? 1 : memory.previous;
  memory.previous = std::min(kCap, 1 + (3 * before - 1) * random.unit());
  return memory.previous;
}

double socketIo(unsigned retry, ClientMemory&, Random& random) {
  return std::min(5.0, doubled(1, retry) * (0.5 + random.unit()));
}

double centrifuge(unsigned retry, ClientMemory&, Random& random) {
  return std::min(20.0, 0.5 + std::min(20.0, doubled(0.5, retry)) * random.unit());
}

double graphqlWs(unsigned retry, ClientMemory&, Random& random) {
  return doubled(1, retry) + 0.3 + 2.7 * random.unit();
}

double reconnectingWebSocket(unsigned retry, ClientMemory& memory, Random&) {
  return std::min(10.0, (1 + 4 * memory.lifelong) * std::pow(1.3, retry));
}

double partySocket(unsigned retry, ClientMemory&, Random&) {
  return std::min(10.0, 3 * std::pow(1.3, retry));
}

double rews(unsigned retry, ClientMemory&, Random& random) {
  return std::min(10.0, doubled(0.15, retry)) * (0.5 + 0.5 * random.unit());
}

double phoenix(unsigned retry, ClientMemory&, Random&) {
  return tabled<10>({0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 1, 2, 5}, retry);
}

double supabase(unsigned retry, ClientMemory&, Random&) { return tabled<4>({1, 2, 5, 10}, retry); }

double signalR(unsigned retry, ClientMemory&, Random&) { return tabled<4>({0, 2, 10, 30}, retry); }

constexpr std::array kPolicies = {
    Policy{"none", "min(30, 2^n)", kAttempts, none},
    Policy{"plus-minus-20", "d * (0.8 + 0.4 U)", kAttempts, plusMinus20},
    Policy{"equal", "d/2 + d/2 * U", kAttempts, equal},
    Policy{"full", "d * U", kAttempts, full},
    Policy{"decorrelated", "min(30, 1 + (3 * previous - 1) * U)", kAttempts, decorrelated},
    Policy{"socket.io", "min(5, 2^n * (0.5 + U))", kNoLimit, socketIo},
    Policy{"centrifuge", "min(20, 0.5 + min(20, 0.5 * 2^n) * U)", kNoLimit, centrifuge},
    Policy{"graphql-ws", "2^n + 0.3 + 2.7 U", 5, graphqlWs},
    Policy{"reconnecting-websocket", "min(10, (1 + 4 U) * 1.3^n), U once", kNoLimit, reconnectingWebSocket},
    Policy{"partysocket", "min(10, 3 * 1.3^n)", kNoLimit, partySocket},
    Policy{"rews", "d/2 + d/2 * U, d = min(10, 0.15 * 2^n)", kNoLimit, rews},
    Policy{"phoenix", "0.01 0.05 0.1 0.15 0.2 0.25 0.5 1 2 5", kNoLimit, phoenix},
    Policy{"supabase", "1 2 5 10", kNoLimit, supabase},
    Policy{"SignalR", "0 2 10 30", 4, signalR},
};

}  // namespace

std::span<const Policy> policies() { return kPolicies; }

}  // namespace rws::storm
