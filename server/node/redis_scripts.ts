// The Lua scripts of the Redis store: one for each step. KEYS: the hash and the stream of one session.
//
// Hash: principal, holder, fence, attempt, token (of the last take), counted, sent, acked (removed up to here), skips (ranges
// such as "5-7,9-9"), closing, expires (ms), `w:<holder>` (last write of a server: sequence, number of messages, last number),
// dead (the token of the step that removed the record, until its reply has arrived).
// Stream: an entry for each unacknowledged number that is not skipped; its id is `<number>-0`, its field `t` (text) or `b`
// (binary), `e` the time of expiry.
//
// Numbers are formatted with %.0f: Lua's own conversion writes large ones in floating point.
import { createHash } from 'node:crypto';

const prelude = `
local HASH, STREAM = KEYS[1], KEYS[2]
-- Expired records stay this long (ms), so that a server can report their unacknowledged messages.
local GRACE = 60000
local function int(number) return string.format('%.0f', number) end
local function num(text) return tonumber(text or '0') end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local names = {'principal', 'holder', 'fence', 'attempt', 'token', 'counted', 'sent', 'acked', 'skips', 'closing',
  'expires', 'dead'}
local record = {}
for index, value in ipairs(redis.call('HMGET', HASH, unpack(names))) do record[names[index]] = value or nil end
local fence, sent, acked = num(record.fence), num(record.sent), num(record.acked)

local function expireAt(deadline)
  redis.call('HSET', HASH, 'expires', int(deadline))
  redis.call('PEXPIREAT', HASH, int(deadline + GRACE))
  redis.call('PEXPIREAT', STREAM, int(deadline + GRACE))
end

-- The skipped ranges above a number, as text, and how many numbers they are.
local function skipsAbove(number)
  local kept, count = {}, 0
  for first, last in string.gmatch(record.skips or '', '(%d+)-(%d+)') do
    first, last = math.max(tonumber(first), number + 1), tonumber(last)
    if first <= last then
      count = count + last - first + 1
      kept[#kept + 1] = int(first) .. '-' .. int(last)
    end
  end
  return table.concat(kept, ','), count
end

local function removeUpTo(number)
  if number <= acked then return end
  redis.call('XTRIM', STREAM, 'MINID', '=', int(number + 1) .. '-0')
  redis.call('HSET', HASH, 'acked', int(number), 'skips', (skipsAbove(number)))
end

-- Removes the record. It is marked only, so that the step can be repeated until the caller has its reply.
local function remove(status, token)
  redis.call('HSET', HASH, 'dead', token, 'status', status)
  redis.call('PEXPIREAT', HASH, int(now + GRACE))
  redis.call('PEXPIREAT', STREAM, int(now + GRACE))
  return {status, record.principal, redis.call('XRANGE', STREAM, '-', '+'), record.sent or '0'}
end

-- The reply of a removal that is repeated; nil if this is none.
local function removedBefore(token)
  if record.dead ~= token then return nil end
  return {redis.call('HGET', HASH, 'status'), record.principal, redis.call('XRANGE', STREAM, '-', '+'), record.sent or '0'}
end

local function isGone() return not record.principal or record.dead or num(record.expires) <= now end

-- The reply that refuses a step with a hold; nil if it is not refused.
local function refusal(holder, heldFence, heldSent)
  if isGone() then return {'gone'} end
  if record.holder ~= holder or fence ~= tonumber(heldFence) then return {'stale'} end
  if sent < tonumber(heldSent) then return {'lost'} end
  return nil
end
`;

const bodies = {
  // principal, attempt, holder, ttl
  create: `
    if record.principal then return {'done'} end
    redis.call('HSET', HASH, 'principal', ARGV[1], 'attempt', ARGV[2], 'holder', ARGV[3], 'fence', '1')
    expireAt(now + tonumber(ARGV[4]))
    return {'done'}`,

  // principal, attempt, received, holder, fence, sent, token, ttl, channel prefix, session
  take: `
    local principal, attempt, received, holder, token = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[7]
    if record.principal ~= principal then return {'unknown'} end
    local removed = removedBefore(token)
    if removed then return removed end
    if record.dead then return {'unknown'} end
    if num(record.expires) <= now then return remove('expired', token) end
    if record.token ~= token then
      if attempt <= num(record.attempt) then return {'stale'} end
      local _, skipped = skipsAbove(acked)
      local hasHole = redis.call('XLEN', STREAM) + skipped ~= sent - acked
      if received > sent or received < acked or sent < tonumber(ARGV[6]) or hasHole then
        return remove('lost', token)
      end
      if record.holder ~= holder then redis.call('PUBLISH', ARGV[9] .. record.holder, ARGV[10]) end
      if record.holder ~= holder or fence ~= tonumber(ARGV[5]) then fence = fence + 1 end
      redis.call('HSET', HASH, 'attempt', ARGV[2], 'holder', holder, 'fence', int(fence), 'token', token)
      removeUpTo(received)
      expireAt(now + tonumber(ARGV[8]))
    end
    return {'taken', int(fence), record.counted or '0', record.sent or '0', record.closing or '0'}`,

  // holder, sequence, closing, most numbers (-1: any), fence (-1: none), sent, counted, channel prefix, session;
  // kind, data and expiry ('' for none) of each message
  write: `
    local holder, sequence, isHandlers = ARGV[1], ARGV[2], ARGV[5] ~= '-1'
    local field = 'w:' .. holder
    if isGone() then return {'gone'} end
    local written, count, last = string.match(redis.call('HGET', HASH, field) or '', '^(%d+):(%d+):(%d+)$')
    if written == sequence then return {'stored', count, last} end
    if isHandlers then
      local refused = refusal(holder, ARGV[5], ARGV[6])
      if refused then return refused end
    elseif record.closing == '1' then
      return {'closing'}
    end
    local most, added = tonumber(ARGV[4]), 0
    for index = 10, #ARGV, 3 do
      if most >= 0 and sent - acked >= most then break end
      sent, added = sent + 1, added + 1
      if ARGV[index + 2] == '' then
        redis.call('XADD', STREAM, int(sent) .. '-0', ARGV[index], ARGV[index + 1])
      else
        redis.call('XADD', STREAM, int(sent) .. '-0', ARGV[index], ARGV[index + 1], 'e', ARGV[index + 2])
      end
    end
    local counted = math.max(num(record.counted), tonumber(ARGV[7]))
    redis.call('HSET', HASH, 'sent', int(sent), 'counted', int(counted), field,
      sequence .. ':' .. int(added) .. ':' .. int(sent))
    if ARGV[3] == '1' then redis.call('HSET', HASH, 'closing', '1') end
    redis.call('PEXPIREAT', STREAM, int(num(record.expires) + GRACE))
    if record.holder ~= holder then redis.call('PUBLISH', ARGV[8] .. record.holder, ARGV[9]) end
    return {'stored', int(added), int(sent)}`,

  // holder, fence, sent, received
  acknowledge: `
    local refused = refusal(ARGV[1], ARGV[2], ARGV[3])
    if refused then return refused end
    removeUpTo(tonumber(ARGV[4]))
    return {'done'}`,

  // holder, fence, sent, first, last
  skip: `
    local refused = refusal(ARGV[1], ARGV[2], ARGV[3])
    if refused then return refused end
    local skips = record.skips or ''
    local from
    for number = tonumber(ARGV[4]), tonumber(ARGV[5]) do
      -- A number without an entry is skipped already.
      local isNew = redis.call('XDEL', STREAM, int(number) .. '-0') == 1
      if isNew and not from then from = number end
      if from and (not isNew or number == tonumber(ARGV[5])) then
        local range = int(from) .. '-' .. int(isNew and number or number - 1)
        skips = skips == '' and range or skips .. ',' .. range
        from = nil
      end
    end
    redis.call('HSET', HASH, 'skips', skips)
    return {'done'}`,

  // holder, fence, sent, after, limit
  read: `
    local refused = refusal(ARGV[1], ARGV[2], ARGV[3])
    if refused then return refused end
    local entries = redis.call('XRANGE', STREAM, int(tonumber(ARGV[4]) + 1) .. '-0', '+', 'COUNT', ARGV[5])
    return {'done', record.sent or '0', record.skips or '', entries}`,

  // holder, fence, sent, ttl
  look: `
    local refused = refusal(ARGV[1], ARGV[2], ARGV[3])
    if refused then return refused end
    if ARGV[4] ~= '0' then expireAt(now + tonumber(ARGV[4])) end
    return {'held', record.sent or '0', record.closing or '0'}`,

  // holder, fence
  end: `
    local token = ARGV[1] .. ':' .. ARGV[2]
    return removedBefore(token) or refusal(ARGV[1], ARGV[2], '0') or remove('done', token)`,

  // token
  expire: `
    local removed = removedBefore(ARGV[1])
    if removed then return removed end
    if not record.principal or record.dead then return {'gone'} end
    if num(record.expires) > now then return {'alive', record.expires} end
    return remove('expired', ARGV[1])`,

  // The reply of a removal has arrived. ARGV: the token
  forget: `
    if record.dead == ARGV[1] then redis.call('DEL', HASH, STREAM) end
    return {'done'}`,
} as const;

/** These have one key: the sorted set of all sessions by the time at which they may have expired. */
const indexBodies = {
  // time from now on, session
  schedule: `
    local time = redis.call('TIME')
    redis.call('ZADD', KEYS[1], string.format('%.0f', time[1] * 1000 + tonumber(ARGV[1])), ARGV[2])
    return {'done'}`,

  // most sessions
  due: `
    local time = redis.call('TIME')
    return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', time[1] * 1000), 'LIMIT', 0, ARGV[1])`,

  // time, session
  postpone: `
    redis.call('ZADD', KEYS[1], 'XX', ARGV[1], ARGV[2])
    return {'done'}`,

  // session
  unschedule: `
    redis.call('ZREM', KEYS[1], ARGV[1])
    return {'done'}`,
} as const;

export interface Script {
  readonly text: string;
  /** SHA-1, by which Redis knows it. */
  readonly sha: string;
}

function createScript(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

export type ScriptName = keyof typeof bodies | keyof typeof indexBodies;

export const scripts = Object.fromEntries([
  ...Object.entries(bodies).map(([name, body]) => [name, createScript(prelude + body)]),
  ...Object.entries(indexBodies).map(([name, body]) => [name, createScript(body)]),
]) as Readonly<Record<ScriptName, Script>>;
