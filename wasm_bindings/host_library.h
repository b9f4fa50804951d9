// Owns the C++ view of host_library.js.
// Refuses meaning: the classes that use these functions give it.
#pragma once

#include <emscripten/val.h>
#include <emscripten/websocket.h>

extern "C" {

// Milliseconds of the host's monotonic clock, and since the epoch. Never NaN or negative.
double rws_clock_monotonic();
double rws_clock_wall();

// One timer for each owner; setting it again replaces it.
void rws_timer_set(void* owner, double delay, void (*fired)(void* owner));
void rws_timer_clear(void* owner);

// A handle, or 0 and why, as a C string of at most failureSize bytes.
int rws_socket_open(const EmscriptenWebSocketCreateAttributes* attributes, char* failure, int failureSize);
void rws_socket_listen(int socket, void* listener, em_websocket_open_callback_func onOpen,
                       em_websocket_error_callback_func onError, em_websocket_close_callback_func onClose);
// While a close event is told: bytes of its reason.
int rws_socket_reason_length();
emscripten::EM_VAL rws_socket_object(int socket);
double rws_socket_buffered_amount(int socket);
void rws_socket_send_text(int socket, emscripten::EM_VAL text);
void rws_socket_close(int socket, int code, const char* reason);
// Closes the socket unless it is over already, and lets no event of it through any more.
void rws_socket_delete(int socket, bool isOver);
}
