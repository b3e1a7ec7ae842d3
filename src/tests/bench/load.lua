-- For wrk: the same request by one person after the other, and the figures in one line.
-- Arguments: method, path, file with a token in each line, body (empty: none).

local requests, at = {}, 0

function init(args)
    for token in io.lines(args[3]) do
        local headers = { Cookie = 'access_token=' .. token, ['Sec-Fetch-Site'] = 'same-origin' }
        local body = nil
        if args[4] ~= '' then
            headers['Content-Type'] = 'application/x-www-form-urlencoded'
            body = args[4]
        end
        requests[#requests + 1] = wrk.format(args[1], args[2], headers, body)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency)
    local failed = summary.errors
    io.write(string.format('figures %f %f %f %d %d %d\n',
        summary.requests / (summary.duration / 1e6),
        latency:percentile(50) / 1e3,
        latency:percentile(99) / 1e3,
        summary.requests,
        failed.status,
        failed.connect + failed.read + failed.write + failed.timeout))
end
