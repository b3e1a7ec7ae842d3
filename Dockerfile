# The image of every role: `serve` (the default), `fanout`, `migrate`, `backfill`.
#
#   docker build --tag twitclone .
#   docker run --rm --env DATABASE_URL=… --env SECRET_KEY=… twitclone migrate
#   docker run --read-only --publish 8000:8000 --env DATABASE_URL=… --env SECRET_KEY=… twitclone

FROM docker.io/library/rust:1.95-slim-bookworm AS build

# The Kafka client is compiled from C and C++, with a configure script and make; it compresses with zlib.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ make zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /build

# The dependencies are compiled with an empty program, in a layer that lasts until Cargo.lock changes: what
# they take is most of the build. Plain layers, not cache mounts, since every builder knows them. What the
# empty program left is removed, or cargo would take it for newer than the sources.
COPY Cargo.toml Cargo.lock ./
COPY src/tests/fuzz/Cargo.toml src/tests/fuzz/
RUN echo 'fn main() {}' > src/main.rs \
    && touch src/lib.rs \
    && cargo build --release --locked \
    && cargo clean --release --package twitclone

# Templates, static files, migrations and the default settings become part of the binary.
COPY src src
COPY migrations migrations
COPY templates templates
COPY static static
COPY config config
RUN cargo build --release --locked


FROM docker.io/library/debian:bookworm-slim

COPY --from=build /build/target/release/twitclone /usr/local/bin/twitclone

# Every address of the container, since what is published is for the one who runs it to say. `fanout`
# answers about its health at the same port, so that one check fits both.
ENV TWITCLONE__SERVER__HOST=0.0.0.0 \
    TWITCLONE__SERVER__PORT=8000 \
    TWITCLONE__FANOUT__HEALTH_PORT=8000 \
    TWITCLONE__MAIL__FOLDER=/tmp/mail

# A number, which systems that refuse root can check without knowing this image's users. It owns nothing
# and nothing is written but /tmp/mail while TWITCLONE__MAIL__SMTP_URL names no server, so the root file
# system may be read-only.
USER 10001:10001
EXPOSE 8000

# bash opens TCP connections by itself, so that no HTTP client needs to be installed. The role answers 200
# while it can do its work. Over before the timeout of the check, or its last words are lost.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8000 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: 127.0.0.1\\r\\n\\r\\n' >&3 && read -r -t 4 _ status _ <&3 && echo \"$status\" && [[ $status == 200 ]]"]

# It takes SIGTERM itself, also as the first process of a container, and starts no others.
ENTRYPOINT ["twitclone"]
CMD ["serve"]
