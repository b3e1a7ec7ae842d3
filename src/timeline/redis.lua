#!lua name=twitclone_7

-- Cached home timelines. `timeline:<user_id>` is a List: ids newest first, then one mark:
--   whole:<version>:<run>               nothing lies below the last id
--   part:<version>:<run>                something may lie below the last id, but nothing is missing above it
--   cold:<milliseconds>:<run>:<ticket>  it is being built
-- Ids do not fit a Lua number; all have eighteen digits, so as strings they compare as numbers do (a longer one
-- would be the larger).
--
-- The library's name and every function's end in the version of this text. A changed text gets the next
-- one, so that old and new processes run side by side; to either the other's marks read as cold.

local function is_mark(entry)
    return string.byte(entry, 1) > 57 -- '9'
end

local function is_newer(a, b)
    if #a ~= #b then
        return #a > #b
    end
    return a > b
end

local function is_above(entry, id)
    return not is_mark(entry) and is_newer(entry, id)
end

-- A mark's kind and what follows it.
local function parts(mark)
    return string.match(mark, '^(%a+):(.*)$')
end

local function as_part(mark)
    local kind, rest = parts(mark)
    if kind == 'whole' then
        return 'part:' .. rest
    end
    return mark
end

-- One end of a list (`at` is text, since Redis prints numbers slowly): false when there is no list, nil when this node
-- of a cluster does not have the key, or not for certain. A key that holds something else is nobody's timeline, and
-- would fail every batch that names it, so it goes, and is built again at the next read.
local function ending(key, at)
    local entry = redis.pcall('LINDEX', key, at)
    if type(entry) == 'table' then
        if not string.find(entry.err, '^WRONGTYPE') then
            return nil
        end
        redis.call('DEL', key)
        return false
    end
    return entry
end

-- Where an id stands or belongs in a list that ends with a mark, and the entry that is there.
local function place(key, id)
    local low, high = 0, redis.call('LLEN', key)
    while high - low > 8 do
        -- Mostly within the first few, and what waited for long further down.
        local middle = math.min(8 * low + 7, math.floor((low + high) / 2))
        if is_above(redis.call('LINDEX', key, middle), id) then
            low = middle + 1
        else
            high = middle + 1
        end
    end
    for at, entry in ipairs(redis.call('LRANGE', key, low, high - 1)) do
        if not is_above(entry, id) then
            return low + at - 1, entry
        end
    end
end

-- So many at a time as Lua passes on; how long the list is then.
local function push_all(command, key, entries)
    local length
    for at = 1, #entries, 1000 do
        length = redis.call(command, key, unpack(entries, at, math.min(at + 999, #entries)))
    end
    return length
end

-- Cuts a list of this length to `cap` ids when it has more than `most`.
local function cut(key, length, cap, most)
    if length > most + 1 then
        local mark = redis.call('RPOP', key)
        redis.call('LTRIM', key, 0, cap - 1)
        redis.call('RPUSH', key, as_part(mark))
    end
end

-- Puts ids, oldest first, from `first` on, among the `depth` entries at the head of a list, between which they all belong:
-- how many were new.
local function weave(key, depth, ids, first, cap, most)
    local upper = redis.call('LRANGE', key, 0, depth - 1)
    local woven, at = {}, depth
    for number = first, #ids do
        local id = ids[number]
        while at > 0 and is_newer(id, upper[at]) do
            woven[#woven + 1] = upper[at]
            at = at - 1
        end
        if upper[at] ~= id then
            woven[#woven + 1] = id
        end
    end
    for rest = at, 1, -1 do
        woven[#woven + 1] = upper[rest]
    end
    if #woven > depth then
        redis.call('LTRIM', key, depth, -1)
        cut(key, push_all('LPUSH', key, woven), cap, most)
    end
    return #woven - depth
end

-- Puts ids, oldest first, of which at least one is not newer than the whole list, in their places: how many were new. None
-- are when the list has no mark.
local function insert_below(key, ids, cap, most)
    local first, new = 1, 0
    while ids[first] do
        local id, left = ids[first], #ids - first + 1
        local last, mark = unpack(redis.call('LRANGE', key, -2, -1))
        if not mark or not is_mark(mark) then
            return 0
        end
        -- Below the end of a part others are missing.
        if parts(mark) ~= 'part' or not is_newer(last, id) then
            local at, found = place(key, id)
            if at == 0 and found ~= id then
                cut(key, redis.call('LPUSH', key, unpack(ids, first)), cap, most)
                return new + left
            end
            -- Few are put in one by one. From about here on it takes less to write anew what is above them.
            if left > 1 and at < 100 * left then
                local depth = found == id and at + 1 or at
                return new + weave(key, depth, ids, first, cap, most)
            end
            if found ~= id then
                cut(key, redis.call('LINSERT', key, 'BEFORE', found, id), cap, most)
                new = new + 1
            end
        end
        first = first + 1
    end
    return new
end

-- Puts ids, oldest first, in their places: how many were new; false when there is no list, nil when another node of the
-- cluster may have it. Those that are newer than the whole list cost little more than one. The list is cut to `cap` ids when
-- it has more than `most`, so that not every delivery has to move the mark.
local function insert(key, ids, cap, most)
    local head = ending(key, '0')
    if not head then
        return head
    end
    if is_mark(head) then
        if parts(head) == 'part' then
            return 0
        end
    elseif not is_newer(ids[1], head) then
        return insert_below(key, ids, cap, most)
    end
    cut(key, redis.call('LPUSH', key, unpack(ids)), cap, most)
    return #ids
end

-- Takes an id out: how many it found; false and nil as insert.
local function take_out(key, id)
    local head = ending(key, '0')
    if head then
        return redis.call('LREM', key, 0, id)
    end
    return head
end

-- What came of the change for `count` deliveries from the one with this number on: how many were made goes to the
-- first entry of the answer; those of a key that is not on this node are named behind it.
local function note(answer, changed, number, count)
    if changed then
        answer[1] = answer[1] + changed
    elseif changed == nil then
        for more = 0, count - 1 do
            answer[#answer + 1] = number + more
        end
    end
end

-- The ids that follow one another for one key, from `at` on, as long as each is newer than the one before.
local function run(args, at)
    local key, ids = args[at], {args[at + 1]}
    local next = at + 2
    while args[next] == key and is_newer(args[next + 1], ids[#ids]) do
        ids[#ids + 1] = args[next + 1]
        next = next + 2
    end
    return ids
end

-- Whether none of the keys of so many deliveries, from `at` on, exists; nil when that cannot be asked at once, since a
-- cluster has them in several slots or is moving them.
local function are_missing(args, at, count)
    local keys = {}
    for number = 1, count do
        keys[number] = args[at + 2 * number - 2]
    end
    local there = redis.pcall('EXISTS', unpack(keys))
    if type(there) == 'number' then
        return there == 0
    end
    return nil
end

-- Has `change` do what args say from `first` on, a key and an id for each delivery, one list after the other. It is told
-- where the next one's begin, and gives what `note` takes and for how many that holds.
--
-- Most followers of somebody with very many have long been away, and each command costs Redis more than a look for a key.
-- So the more lists in a row were missing, the more are looked for together, and passed over if none of them exists.
local function each_list(args, first, change)
    local answer, at, missing, most = {0}, first, 0, 64
    while at <= #args do
        local together = math.min(missing, most, (#args - at + 1) / 2)
        local none = together > 4 and are_missing(args, at, together)
        if none then
            missing = missing + together
            at = at + 2 * together
        elseif none == nil then
            most = 0
        elseif together > 4 then
            missing = math.floor(together / 8)
        else
            local made, count = change(at)
            note(answer, made, (at - first) / 2, count)
            missing = made == false and missing + count or 0
            at = at + 2 * count
        end
    end
    return answer
end

-- args: cap, then a key and an id for each delivery. The keys are no declared ones, which in a cluster would have to
-- share one slot; a declared key only says to which node the call goes.
local function push(keys, args)
    local cap = tonumber(args[1])
    local most = cap + math.ceil(cap / 50)
    return each_list(args, 2, function(at)
        local ids = run(args, at)
        return insert(args[at], ids, cap, most), #ids
    end)
end

-- args: a key and an id for each, as for push.
local function remove(keys, args)
    return each_list(args, 1, function(at)
        return take_out(args[at], args[at + 1]), 1
    end)
end

-- The ids of a timeline and of args (from `first` on), both newest first, as one; at most `cap`, and none below
-- `bound`. Second, whether any was left out.
local function union(key, args, first, cap, bound)
    local old = redis.call('LRANGE', key, 0, -2)
    local all = {}
    local i, j = 1, first
    while old[i] or args[j] do
        local a, b = old[i], args[j]
        local next
        if a and b and a == b then
            next, i, j = a, i + 1, j + 1
        elseif a and (not b or is_newer(a, b)) then
            next, i = a, i + 1
        else
            next, j = b, j + 1
        end
        if #all >= cap or (bound and is_newer(bound, next)) then
            return all, true
        end
        all[#all + 1] = next
    end
    return all, false
end

local function replace(key, ids, mark, seconds)
    redis.call('DEL', key)
    push_all('RPUSH', key, ids)
    redis.call('RPUSH', key, mark)
    redis.call('EXPIRE', key, seconds)
end

-- args: what must follow the mark's kind, what is to follow it, cap, seconds to live, whether the ids are all there
-- are, ids newest first. A source of which there is more below ends where it ends.
local function merge(keys, args)
    local key = keys[1]
    local mark = ending(key, '-1')
    local kind, rest
    if mark then
        kind, rest = parts(mark)
    end
    if not kind or rest ~= args[1] then
        return 0
    end
    local bound = nil
    if kind == 'part' then
        bound = redis.call('LINDEX', key, -2)
        if not bound then
            -- An empty part says nothing, so there is nothing to extend.
            return 0
        end
    end
    if args[5] == '0' and (not bound or is_newer(args[#args], bound)) then
        bound = args[#args]
    end
    local ids, is_cut = union(key, args, 6, tonumber(args[3]), bound)
    local after = 'whole:'
    if bound or is_cut then
        after = 'part:'
    end
    replace(key, ids, after .. args[2], args[4])
    return 1
end

-- args: the new cold mark, the milliseconds it is now, milliseconds of patience, seconds to live.
local function begin_rebuild(keys, args)
    local key = keys[1]
    local mark = ending(key, '-1')
    local since = mark and string.match(mark, '^cold:(%d+):')
    -- One that began in the future was begun by a clock that is wrong, and would be waited for until then.
    if since and math.abs(tonumber(args[2]) - tonumber(since)) < tonumber(args[3]) then
        return 0
    end
    replace(key, {}, args[1], args[4])
    return 1
end

-- As merge: the ticket is what follows `cold:`.
local finish_rebuild = merge

redis.register_function {
    function_name = 'twitclone_push_7',
    callback = push,
    flags = {'allow-cross-slot-keys'},
}
redis.register_function {
    function_name = 'twitclone_remove_7',
    callback = remove,
    flags = {'allow-cross-slot-keys'},
}
redis.register_function('twitclone_merge_7', merge)
redis.register_function('twitclone_begin_rebuild_7', begin_rebuild)
redis.register_function('twitclone_finish_rebuild_7', finish_rebuild)
