"""The steps of RedisStore, one Lua script each. Each may be repeated, so that a lost reply does no harm.

KEYS[1]: the hash of a session. p principal, f fence, o owner of the fence, t token of the last
taking, a attempt, r messages of the client that were counted, s last number of the server, k number
that the client acknowledged, x skipped numbers, c 1 if the application ended the session, e time of
expiry, z why the record was ended, q:<producer> the last sequence of a producer and its time.
KEYS[2]: the stream of the messages k+1 to s, with the number as ID; field t (text) or b (binary),
and x, the time after which the message is skipped.

Times are ms of the Redis server's clock. Both keys expire together, some time after `e`, so that
the holder can report what was not acknowledged; nothing but that can be done with the record then.
"""

from __future__ import annotations

_COMMON = """
local function num(n) return string.format('%.0f', n) end
local function now()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end
local function expire_both(e)
  local at = num(e + 30000)
  redis.call('PEXPIREAT', KEYS[1], at)
  redis.call('PEXPIREAT', KEYS[2], at)
end
local function refusal(fence)
  local v = redis.call('HMGET', KEYS[1], 'f', 'z')
  if not v[1] or v[2] then return {'unknown'} end
  if v[1] ~= fence then return {'fence'} end
  return nil
end
-- Adds the messages from ARGV[first] on, three arguments each: kind, data, expiry or '', and returns the last number.
local function add(s, first)
  for i = first, #ARGV, 3 do
    s = s + 1
    local reply
    if ARGV[i + 2] == '' then
      reply = redis.pcall('XADD', KEYS[2], num(s) .. '-0', ARGV[i], ARGV[i + 1])
    else
      reply = redis.pcall('XADD', KEYS[2], num(s) .. '-0', ARGV[i], ARGV[i + 1], 'x', ARGV[i + 2])
    end
    -- A number that the stream has had already: the hash has lost writes.
    if type(reply) == 'table' and reply.err then return nil end
  end
  return s
end
"""

# ARGV: owner, principal, attempt, ttl.
CREATE = _COMMON + """
if redis.call('EXISTS', KEYS[1]) == 0 then
  local e = now() + tonumber(ARGV[4])
  redis.call('HSET', KEYS[1], 'p', ARGV[2], 'o', ARGV[1], 'a', ARGV[3], 'f', '1',
    'r', '0', 's', '0', 'k', '0', 'c', '0', 'x', '', 't', '', 'e', num(e))
  expire_both(e)
end
return {'ok'}
"""

# ARGV: owner, token, principal, attempt, received, held fence, ttl, channel prefix, session.
TAKE = _COMMON + """
local v = redis.call('HMGET', KEYS[1], 'p', 'o', 'a', 'f', 'r', 's', 'k', 'c', 'e', 't', 'z', 'x')
if not v[1] or v[1] ~= ARGV[3] then return {'unknown'} end
local fence, repeated = v[4], v[10] == ARGV[2]
if not repeated then
  if v[11] then return {'unknown'} end
  if tonumber(ARGV[4]) <= tonumber(v[3]) then return {'stale'} end
  if v[2] ~= ARGV[1] or fence ~= ARGV[6] then fence = num(tonumber(fence) + 1) end
  redis.call('HSET', KEYS[1], 'o', ARGV[1], 't', ARGV[2], 'a', ARGV[4], 'f', fence)
  if v[2] ~= ARGV[1] then redis.call('PUBLISH', ARGV[8] .. v[2], ARGV[9]) end
end
local received, s, k, t = tonumber(ARGV[5]), tonumber(v[6]), tonumber(v[7]), now()
local why = v[11]
if not why and tonumber(v[9]) <= t then why = 'expired' end
if not why and not repeated then
  local holes = redis.call('XLEN', KEYS[2]) ~= s - k
  if received < k or received > s or holes then why = 'lost'
  elseif v[8] == '1' and received == s then why = 'closed' end
end
if why then
  redis.call('HSET', KEYS[1], 'z', why)
  if why == 'closed' then redis.call('DEL', KEYS[2]) end
  expire_both(t)
  return {'ended', fence, v[5], v[6], '0', v[12], why}
end
redis.call('XTRIM', KEYS[2], 'MINID', num(received + 1) .. '-0')
redis.call('HSET', KEYS[1], 'k', num(math.max(received, k)), 'e', num(t + tonumber(ARGV[7])))
expire_both(t + tonumber(ARGV[7]))
return {'resumed', fence, v[5], v[6], v[8], v[12], ''}
"""

# ARGV: fence, received, known last number, closing, messages.
COMMIT = _COMMON + """
local refused = refusal(ARGV[1])
if refused then return refused end
local v = redis.call('HMGET', KEYS[1], 'r', 's', 'e', 'c')
if tonumber(v[1]) >= tonumber(ARGV[2]) then return {'ok', v[2]} end
if tonumber(v[2]) < tonumber(ARGV[3]) then return {'lost'} end
local s = add(tonumber(v[2]), 5)
if not s then return {'lost'} end
redis.call('HSET', KEYS[1], 'r', ARGV[2], 's', num(s))
if ARGV[4] == '1' then redis.call('HSET', KEYS[1], 'c', '1') end
expire_both(tonumber(v[3]))
return {'ok', num(s)}
"""

# ARGV: producer, its sequence, known last number, limit, closing, channel prefix, session, messages.
APPEND = _COMMON + """
local mine = 'q:' .. ARGV[1]
local v = redis.call('HMGET', KEYS[1], 's', 'k', 'c', 'e', 'z', 'o', mine)
local t = now()
if not v[1] or v[5] or tonumber(v[4]) <= t then return {'unknown'} end
if v[7] and tonumber(string.match(v[7], '^%d+')) >= tonumber(ARGV[2]) then return {'ok', v[1]} end
if tonumber(v[1]) < tonumber(ARGV[3]) then return {'lost'} end
if v[3] == '1' then return {'closed'} end
if tonumber(v[1]) - tonumber(v[2]) + (#ARGV - 7) / 3 > tonumber(ARGV[4]) then return {'full'} end
if not v[7] then
  for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
    if string.sub(name, 1, 2) == 'q:' then
      local used = string.match(redis.call('HGET', KEYS[1], name), ':(%d+)$')
      if tonumber(used) < t - 3600000 then redis.call('HDEL', KEYS[1], name) end
    end
  end
end
local s = add(tonumber(v[1]), 8)
if not s then return {'lost'} end
redis.call('HSET', KEYS[1], 's', num(s), mine, ARGV[2] .. ':' .. num(t))
if ARGV[5] == '1' then redis.call('HSET', KEYS[1], 'c', '1') end
expire_both(tonumber(v[4]))
if v[6] ~= ARGV[1] then redis.call('PUBLISH', ARGV[6] .. v[6], ARGV[7]) end
return {'ok', num(s)}
"""

# ARGV: fence, received.
ACKNOWLEDGE = _COMMON + """
local refused = refusal(ARGV[1])
if refused then return refused end
local received = math.max(tonumber(ARGV[2]), tonumber(redis.call('HGET', KEYS[1], 'k')))
redis.call('XTRIM', KEYS[2], 'MINID', num(received + 1) .. '-0')
redis.call('HSET', KEYS[1], 'k', num(received))
return {'ok'}
"""

# ARGV: fence, numbers separated by commas.
SKIP = _COMMON + """
local refused = refusal(ARGV[1])
if refused then return refused end
redis.call('HSET', KEYS[1], 'x', ARGV[2])
return {'ok'}
"""

# ARGV: fence, ttl.
REFRESH = _COMMON + """
local refused = refusal(ARGV[1])
if refused then return refused end
local e = now() + tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'e', num(e))
expire_both(e)
return {'ok'}
"""

# ARGV: fence, 1 if only an expired session is to be ended.
MARK_ENDED = _COMMON + """
local v = redis.call('HMGET', KEYS[1], 'f', 'z', 'e')
if not v[1] then return {'unknown'} end
if v[1] ~= ARGV[1] then return {'fence'} end
if v[2] then return {'ok', '0'} end
local t = now()
local left = tonumber(v[3]) - t
if ARGV[2] == '1' and left > 0 then return {'ok', num(left)} end
redis.call('HSET', KEYS[1], 'z', 'ended')
expire_both(t)
return {'ok', '0'}
"""

# ARGV: fence.
DELETE = _COMMON + """
local v = redis.call('HMGET', KEYS[1], 'f', 'z')
if v[1] == ARGV[1] and v[2] then redis.call('DEL', KEYS[1], KEYS[2]) end
return {'ok'}
"""
