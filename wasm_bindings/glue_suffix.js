  const finish = () => {
    // A listener is checked before its constructor enters wasm, where an exception would skip destructors.
    const methods = (
      'timerSet resolveAddress socketOpening socketCreated startHandshake sendHello leaveSession socketClosing socketReleased makePing sendCustom ' +
      'sendMessage sizeOf delivered unconfirmed dropped discarded shouldReconnect stateChanged opened closed failed ' +
      'messageTooLarge retryScheduled gaveUp ' +
      'authRecoveryNeeded recoveryAttempted recoveryGaveUp recoveryReset queueCleared supportAdvised latencyMeasured ' +
      'sessionResumed sessionLost sessionTaken turnEnded'
    ).split(' ');
    const ResilientWebSocket = new Proxy(Module.ResilientWebSocket, {
      construct(target, [listener, seed]) {
        const missing = methods.find((name) => typeof listener?.[name] !== 'function');
        if (missing) throw new TypeError(`The listener has no method ${missing}`);
        return new target(listener, seed);
      },
    });
    return Object.assign(Module, { ResilientWebSocket, _rwsTrySendNow, _rwsMessageEstimated, _rwsFrameReceived, _rwsMessageHandled, _rwsCustomReceived });
  };
  return isAsync ? instantiated.then(finish) : finish();
});
