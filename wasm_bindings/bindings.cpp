// The module's surface: what web/core/core.d.ts promises, name for name. Values of JavaScript are checked
// here, and texts and lists are measured before they are copied: the core gets nothing that is not valid.
#include <emscripten/bind.h>
#include <emscripten/eventloop.h>
#include <emscripten/val.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform.h"

namespace rws::bindings {
namespace {

using emscripten::val;

constexpr double kLargestInteger = 9007199254740992.0;  // 2^53
// The longest URL, in UTF-16 units. Browsers take at most 2 million.
constexpr std::size_t kMaxUrl = 1'000'000;
constexpr std::size_t kMaxOptionName = 100;
constexpr std::size_t kMaxProtocols = 100;
constexpr std::size_t kMaxProtocol = 1000;

// --- values of JavaScript

// 0 for NaN, fractions, negative numbers and numbers above 2^53: no message, attempt or size has it.
std::uint64_t toInteger(double number) {
  if (!(number >= 0 && number <= kLargestInteger)) return 0;
  const auto integer = static_cast<std::uint64_t>(number);
  return static_cast<double>(integer) == number ? integer : 0;
}

AttemptId toAttempt(double number) {
  const std::uint64_t integer = toInteger(number);
  return integer > std::numeric_limits<std::uint32_t>::max() ? AttemptId::None
                                                             : AttemptId{static_cast<std::uint32_t>(integer)};
}

// Nothing for what is no text, or has more UTF-16 units.
std::optional<std::string> toText(const val& value, std::size_t maxUnits) {
  if (!value.isString() || value["length"].as<double>() > static_cast<double>(maxUnits)) return std::nullopt;
  return value.as<std::string>();
}

bool isList(const val& value) { return val::global("Array").call<bool>("isArray", value); }

// monostate for a value that no option takes.
OptionValue toOptionValue(const val& value) {
  if (value.isTrue() || value.isFalse()) return value.isTrue();
  if (value.isNumber()) return value.as<double>();
  if (!isList(value)) return std::monostate{};
  const auto length = value["length"].as<double>();
  if (length > static_cast<double>(Options::kMaxCloseCodes)) return std::monostate{};
  std::vector<double> numbers(static_cast<std::size_t>(length));
  for (std::size_t index = 0; index < numbers.size(); ++index) {
    const val item = value[static_cast<double>(index)];
    if (!item.isNumber()) return std::monostate{};
    numbers[index] = item.as<double>();
  }
  return numbers;
}

val toVal(const OptionValue& value) {
  if (const bool* const flag = std::get_if<bool>(&value)) return val(*flag);
  if (const double* const number = std::get_if<double>(&value)) return val(*number);
  if (const auto* const numbers = std::get_if<std::vector<double>>(&value)) {
    val list = val::array();
    for (const double number : *numbers) list.call<void>("push", number);
    return list;
  }
  return val::undefined();
}

val toVal(const std::optional<EpochMs>& time) { return time ? val(static_cast<double>(*time)) : val::null(); }

// Nothing for what is no list of subprotocols, or a longer one than any server reads.
std::optional<std::string> toProtocols(const val& list) {
  if (!isList(list)) return std::nullopt;
  const auto length = list["length"].as<double>();
  if (length > static_cast<double>(kMaxProtocols)) return std::nullopt;
  std::string joined;
  for (double index = 0; index < length; ++index) {
    const std::optional<std::string> protocol = toText(list[index], kMaxProtocol);
    // The constructor of WebSocket takes neither.
    if (!protocol || protocol->empty() || protocol->find(',') != std::string::npos) return std::nullopt;
    if (index > 0) joined += ',';
    joined += *protocol;
  }
  return joined;
}

// --- the class

// One member for each of CoreSnapshot.
struct Snapshot {
  double reconnectAttempts = 0;
  double queuedMessages = 0;
  double consecutiveErrors = 0;
  val nextAttemptAt = val::null();
  val lastPong = val::null();
  bool networkOnline = true;
  bool isHealthy = true;
  val recommendations = val::array();
  double totalConnections = 0;
  double totalReconnections = 0;
  double totalMessages = 0;
  double totalErrors = 0;
  val lastConnectedAt = val::null();
  val lastDisconnectedAt = val::null();
  double connectionDuration = 0;
  double averageLatency = 0;
  double errorRate = 0;
};

class ResilientWebSocket {
 public:
  ResilientWebSocket(val listener, double seed);
  ResilientWebSocket(const ResilientWebSocket&) = delete;
  ResilientWebSocket& operator=(const ResilientWebSocket&) = delete;
  ~ResilientWebSocket();

  // Frees the client; inside a turn of its own, when that is over.
  void free();
  [[nodiscard]] double id() const { return id_; }
  [[nodiscard]] Driver& driver() { return driver_; }
  [[nodiscard]] BrowserPlatform& platform() { return platform_; }

 private:
  BrowserPlatform platform_;
  Driver driver_;
  double id_ = 0;
};

// The clients by their ids. An id is never used again, so that the id of a deleted client finds nothing.
class Clients {
 public:
  [[nodiscard]] double add(ResilientWebSocket* client) {
    const auto slot = std::find(slots_.begin(), slots_.end(), nullptr) - slots_.begin();
    if (slot == static_cast<std::ptrdiff_t>(slots_.size())) slots_.push_back(nullptr);
    slots_[static_cast<std::size_t>(slot)] = client;
    generation_ += kMaxClients;
    return generation_ + static_cast<double>(slot);
  }
  void remove(double id) { slots_[slotOf(id)] = nullptr; }
  // nullptr for a number that is no id.
  [[nodiscard]] ResilientWebSocket* find(double id) const {
    const std::size_t slot = slotOf(id);
    ResilientWebSocket* const client = slot < slots_.size() ? slots_[slot] : nullptr;
    return client != nullptr && client->id() == id ? client : nullptr;
  }

 private:
  // More than memory has room for.
  static constexpr std::uint32_t kMaxClients = 1U << 20U;

  static std::size_t slotOf(double id) { return static_cast<std::size_t>(toInteger(id) % kMaxClients); }

  std::vector<ResilientWebSocket*> slots_;
  double generation_ = 0;
};

Clients clients;

// Whether this is Firefox, where bufferedAmount falls by whole messages. SpiderMonkey alone has this class,
// in pages and in workers.
bool countsWholeMessages() { return !val::global("InternalError").isUndefined(); }

ResilientWebSocket::ResilientWebSocket(val listener, double seed)
    : platform_(std::move(listener), driver_),
      driver_(platform_, toInteger(seed), {.countsWholeMessages = countsWholeMessages()}),
      id_(clients.add(this)) {}

ResilientWebSocket::~ResilientWebSocket() { clients.remove(id_); }

void ResilientWebSocket::free() {
  const auto deleteClient = [](void* client) { delete static_cast<ResilientWebSocket*>(client); };
  if (!driver_.isInTurn()) return deleteClient(this);
  platform_.mute();
  driver_.destroy();
  emscripten_set_timeout(deleteClient, 0, this);
}

// --- its methods

template <void (Driver::*kCommand)()>
void call(ResilientWebSocket& client) {
  (client.driver().*kCommand)();
}

template <void (Driver::*kCommand)(bool)>
void callWith(ResilientWebSocket& client, bool flag) {
  (client.driver().*kCommand)(flag);
}

double id(ResilientWebSocket& client) { return client.id(); }

std::string setOption(ResilientWebSocket& client, const val& name, const val& value) {
  const std::optional<std::string> known = toText(name, kMaxOptionName);
  const std::optional<OptionsError> error =
      client.driver().setOption(known.value_or(""), toOptionValue(value));
  return std::string(error ? error->rule : "");
}

val getOption(ResilientWebSocket& client, const val& name) {
  const std::optional<std::string> known = toText(name, kMaxOptionName);
  return toVal(rws::getOption(client.driver().client().options(), known.value_or("")));
}

bool send(ResilientWebSocket& client, double message, double bytes, bool isExact, bool isVolatile,
          double ttl) {
  const MessageId messageId = toInteger(message);
  if (messageId == 0) return false;
  SendOptions options{.isVolatile = isVolatile};
  if (ttl >= 0) options.ttl = toDuration(ttl);
  return client.driver().send({messageId, toInteger(bytes), isExact}, options);
}

void messageRefused(ResilientWebSocket& client, double attempt, double message, bool isClosing) {
  client.driver().messageRefused(toAttempt(attempt), toInteger(message), isClosing);
}

void addressResolved(ResilientWebSocket& client, double attempt, const val& url, const val& protocols) {
  const AttemptId attemptId = toAttempt(attempt);
  std::optional<std::string> urlText = toText(url, kMaxUrl);
  std::optional<std::string> protocolText = toProtocols(protocols);
  if (!urlText || !protocolText) return client.driver().attemptFailed(attemptId, "SyntaxError");
  client.platform().setAddress(attemptId, {std::move(*urlText), std::move(*protocolText)});
  client.driver().addressResolved(attemptId);
}

void attemptFailed(ResilientWebSocket& client, double attempt, const val& reason) {
  const val beginning = reason.isString() ? reason.call<val>("slice", 0.0, double{kMaxCloseReason}) : val("");
  client.driver().attemptFailed(toAttempt(attempt), beginning.as<std::string>());
}

bool textReceived(ResilientWebSocket& client, double attempt, const val& text) {
  const AttemptId attemptId = toAttempt(attempt);
  const std::optional<std::string> frame = toText(text, kMaxControlFrame);
  if (frame) return client.driver().textReceived(attemptId, *frame);
  client.driver().frameReceived(attemptId);
  return false;
}

void timerFired(ResilientWebSocket& client, double timer) { client.platform().wake(timer); }

Snapshot snapshot(ResilientWebSocket& owner) {
  const Client& client = owner.driver().client();
  const Now now = owner.driver().now();
  const StatsSnapshot stats = client.stats(now.instant);
  Snapshot taken{
      .reconnectAttempts = toJs(client.reconnectAttempts()),
      .queuedMessages = toJs(client.queuedMessages()),
      .consecutiveErrors = toJs(client.consecutiveErrors()),
      .nextAttemptAt = toVal(client.nextAttemptAt(now)),
      .lastPong = toVal(stats.lastPong),
      .networkOnline = client.isOnline(),
      .isHealthy = client.isHealthy(now.instant),
      .totalConnections = toJs(stats.totalConnections),
      .totalReconnections = toJs(stats.totalReconnections),
      .totalMessages = toJs(stats.totalMessages),
      .totalErrors = toJs(stats.totalErrors),
      .lastConnectedAt = toVal(stats.lastConnectedAt),
      .lastDisconnectedAt = toVal(stats.lastDisconnectedAt),
      .connectionDuration = toJs(stats.connectionDuration),
      .averageLatency = stats.averageLatencyMs,
      .errorRate = stats.errorRate,
  };
  for (const Recommendation recommendation : kRecommendations) {
    if (client.advises(recommendation)) {
      taken.recommendations.call<void>("push", std::string(toString(recommendation)));
    }
  }
  return taken;
}

// --- functions of the module

val optionDefaults() {
  const Options options;
  val defaults = val::object();
  for (const std::string_view name : optionNames()) {
    defaults.set(std::string(name), toVal(rws::getOption(options, name)));
  }
  return defaults;
}

double maxControlFrame() { return kMaxControlFrame; }

std::string controlFrameMarker() { return std::string(kControlFrameMarker); }

val listenerMethods() {
  val names = val::array();
  for (const char* const name : BrowserPlatform::kListenerMethods) {
    names.call<void>("push", std::string(name));
  }
  return names;
}

}  // namespace
}  // namespace rws::bindings

// The calls of every message are plain exports: embind takes a microsecond a call.
extern "C" {

EMSCRIPTEN_KEEPALIVE int rwsTrySendNow(double client, double message, double bytes, int isExact) {
  using namespace rws::bindings;
  ResilientWebSocket* const found = clients.find(client);
  const rws::MessageId id = toInteger(message);
  // No message of the short way is empty.
  const std::uint64_t size = toInteger(bytes);
  if (found == nullptr || id == 0 || (size == 0 && bytes != 0)) return 0;
  return static_cast<int>(found->driver().trySendNow({id, size, isExact != 0}));
}

EMSCRIPTEN_KEEPALIVE void rwsFrameReceived(double client, double attempt) {
  using namespace rws::bindings;
  if (ResilientWebSocket* const found = clients.find(client)) {
    found->driver().frameReceived(toAttempt(attempt));
  }
}
}

// What delete() calls.
template <>
void emscripten::internal::raw_destructor<rws::bindings::ResilientWebSocket>(
    rws::bindings::ResilientWebSocket* client) {
  client->free();
}

EMSCRIPTEN_BINDINGS(resilient_websocket) {
  using namespace rws::bindings;
  using emscripten::class_;
  using emscripten::value_object;
  using rws::Driver;

  value_object<Snapshot>("Snapshot")
      .field("reconnectAttempts", &Snapshot::reconnectAttempts)
      .field("queuedMessages", &Snapshot::queuedMessages)
      .field("consecutiveErrors", &Snapshot::consecutiveErrors)
      .field("nextAttemptAt", &Snapshot::nextAttemptAt)
      .field("lastPong", &Snapshot::lastPong)
      .field("networkOnline", &Snapshot::networkOnline)
      .field("isHealthy", &Snapshot::isHealthy)
      .field("recommendations", &Snapshot::recommendations)
      .field("totalConnections", &Snapshot::totalConnections)
      .field("totalReconnections", &Snapshot::totalReconnections)
      .field("totalMessages", &Snapshot::totalMessages)
      .field("totalErrors", &Snapshot::totalErrors)
      .field("lastConnectedAt", &Snapshot::lastConnectedAt)
      .field("lastDisconnectedAt", &Snapshot::lastDisconnectedAt)
      .field("connectionDuration", &Snapshot::connectionDuration)
      .field("averageLatency", &Snapshot::averageLatency)
      .field("errorRate", &Snapshot::errorRate);

  class_<ResilientWebSocket>("ResilientWebSocket")
      .constructor<emscripten::val, double>()
      .function("id", &id)
      .function("connect", &call<&Driver::connect>)
      .function("disconnect", &call<&Driver::disconnect>)
      .function("reconnect", &call<&Driver::reconnect>)
      .function("destroy", &call<&Driver::destroy>)
      .function("clearQueue", &call<&Driver::clearQueue>)
      .function("checkNetwork", &call<&Driver::checkNetwork>)
      .function("slowDown", &call<&Driver::slowDown>)
      .function("contactSupport", &call<&Driver::contactSupport>)
      .function("resetRecovery", &call<&Driver::resetRecovery>)
      .function("setDecider", &callWith<&Driver::setDecider>)
      .function("setOption", &setOption)
      .function("getOption", &getOption)
      .function("snapshot", &snapshot)
      .function("send", &send)
      .function("messageRefused", &messageRefused)
      .function("addressResolved", &addressResolved)
      .function("attemptFailed", &attemptFailed)
      .function("textReceived", &textReceived)
      .function("networkChanged", &callWith<&Driver::networkChanged>)
      .function("visibilityChanged", &callWith<&Driver::visibilityChanged>)
      .function("pageSuspended", &call<&Driver::pageSuspended>)
      .function("pageResumed", &call<&Driver::pageResumed>)
      .function("timerFired", &timerFired);

  emscripten::function("optionDefaults", &optionDefaults);
  emscripten::function("maxControlFrame", &maxControlFrame);
  emscripten::function("controlFrameMarker", &controlFrameMarker);
  emscripten::function("listenerMethods", &listenerMethods);
}
