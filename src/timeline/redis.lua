#!lua name=twitclone_1

-- Cached home timelines. `timeline:<user_id>` is a List: ids newest first, then one mark, `warm:<version>:<run>`
-- or `cold:<milliseconds>:<run>:<ticket>`. Ids do not fit a Lua number; all have eighteen digits, so as strings
-- they compare as numbers do (a longer one would be the larger).
--
-- The library's name and every function's end in the version of this text. A changed text gets the next
-- one, so that old and new processes run side by side.

local function is_mark(entry)
    return string.byte(entry, 1) > 57 -- '9'
end

local function is_newer(a, b)
    if #a ~= #b then
        return #a > #b
    end
    return a > b
end

-- Puts an id in its place. 1 when it is new, 0 when it is there, falls below the cap, or nobody has this
-- timeline.
local function insert(key, id, cap)
    local head = redis.call('LINDEX', key, 0)
    if not head or head == id then
        return 0
    end
    if is_mark(head) or is_newer(id, head) then
        redis.call('LPUSH', key, id)
    else
        local at = 0
        local found = nil
        repeat
            -- Nearly always within the first few.
            local part = redis.call('LRANGE', key, at, at + 31)
            for _, entry in ipairs(part) do
                if entry == id then
                    return 0
                end
                if is_mark(entry) or is_newer(id, entry) then
                    found = entry
                    break
                end
                at = at + 1
            end
        until found or #part == 0
        if not found or at >= cap then
            return 0
        end
        redis.call('LINSERT', key, 'BEFORE', found, id)
    end
    if redis.call('LLEN', key) > cap + 1 then
        -- The mark comes last: it takes the place of the oldest id.
        local mark = redis.call('RPOP', key)
        redis.call('LSET', key, -1, mark)
    end
    return 1
end

-- keys: one a delivery; args: cap, then an id for each key.
local function push(keys, args)
    local cap = tonumber(args[1])
    local new = 0
    for i, key in ipairs(keys) do
        new = new + insert(key, args[i + 1], cap)
    end
    return new
end

-- The ids of a timeline and of args (from `first` on), both newest first, as one; at most `cap`.
local function union(key, args, first, cap)
    local old = redis.call('LRANGE', key, 0, -2)
    local all = {}
    local i, j = 1, first
    while #all < cap and (old[i] or args[j]) do
        local a, b = old[i], args[j]
        local next
        if a and b and a == b then
            next, i, j = a, i + 1, j + 1
        elseif a and (not b or is_newer(a, b)) then
            next, i = a, i + 1
        else
            next, j = b, j + 1
        end
        all[#all + 1] = next
    end
    return all
end

local function replace(key, ids, mark, seconds)
    redis.call('DEL', key)
    for at = 1, #ids, 1000 do
        redis.call('RPUSH', key, unpack(ids, at, math.min(at + 999, #ids)))
    end
    redis.call('RPUSH', key, mark)
    redis.call('EXPIRE', key, seconds)
end

-- args: mark before, mark after, cap, seconds to live, ids newest first.
local function merge(keys, args)
    local key = keys[1]
    if redis.call('LINDEX', key, -1) ~= args[1] then
        return 0
    end
    replace(key, union(key, args, 5, tonumber(args[3])), args[2], args[4])
    return 1
end

-- args: the new cold mark, the milliseconds it is now, milliseconds of patience, seconds to live.
local function begin_rebuild(keys, args)
    local key = keys[1]
    local mark = redis.call('LINDEX', key, -1)
    local since = mark and string.match(mark, '^cold:(%d+):')
    if since and tonumber(args[2]) - tonumber(since) < tonumber(args[3]) then
        return 0
    end
    replace(key, {}, args[1], args[4])
    return 1
end

-- args: the cold mark, the warm mark, cap, seconds to live, ids newest first.
local finish_rebuild = merge

redis.register_function('twitclone_push_1', push)
redis.register_function('twitclone_merge_1', merge)
redis.register_function('twitclone_begin_rebuild_1', begin_rebuild)
redis.register_function('twitclone_finish_rebuild_1', finish_rebuild)
