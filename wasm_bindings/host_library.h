// Owns the C++ view of host_library.js.
// Refuses meaning: the classes that use these functions give it.
#pragma once

#include <emscripten/websocket.h>

extern "C" {

// Milliseconds of the host's monotonic clock, and since the epoch. Never NaN or negative.
double rwsClockMonotonic();
double rwsClockWall();

// One timer for each owner; setting it again replaces it.
void rwsTimerSet(void* owner, double delay, void (*fired)(void* owner));
void rwsTimerClear(void* owner);

// Calls that method of the facade and answers with what it returns, as a number. The text, if its length is
// not negative, comes first among the arguments.
double rwsTell(const void* owner, const char* method, const char* text, int length, const double* numbers,
               int count);

// A handle, or 0 and why, as a C string of at most failureSize bytes.
int rwsSocketOpen(const void* owner, char* failure, int failureSize);
void rwsSocketShow(const void* owner, double attempt, int socket);
// All sockets share the callbacks of the first. While onOpen and onError run, rwsSocketListener tells whose
// event it is. The reason comes with its length; retryAfter is the n of {"retryAfterMs": n} in it, NaN
// without.
void rwsSocketListen(int socket, void* listener, em_websocket_open_callback_func onOpen,
                     em_websocket_error_callback_func onError,
                     void (*onClose)(void* listener, int code, bool wasClean, const char* reason, int length,
                                     double retryAfter));
void* rwsSocketListener();
double rwsSocketBufferedAmount(int socket);
// Whether readyState is beyond OPEN.
int rwsSocketIsClosing(int socket);
int rwsSocketSendText(int socket, const char* text, int length);
// Closes the socket unless it is over already, and lets no event of it through any more.
void rwsSocketDelete(int socket, bool isOver);
}
