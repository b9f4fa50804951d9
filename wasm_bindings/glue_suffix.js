  return Object.assign(Module, {
    _rwsHandOverAtOnce,
    _rwsSend,
    _rwsHandOverFailed,
    _rwsReceived,
    _rwsReceivedControl,
    _rwsAddressFailed,
    _rwsReadOption,
    _rwsSetFlag,
    _rwsSetNumber,
    _rwsSetList,
    _rwsSetOther,
  });
}
