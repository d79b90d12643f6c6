# syntax=docker/dockerfile:1
# The venue in an image of its own: built from the lock file, run by a user without rights, data in a volume.
#   docker build --tag unspent .
#   docker run --publish 127.0.0.1:8080:8080 --volume unspent:/data --volume ./venue.toml:/etc/unspent/venue.toml:ro unspent
FROM rust:1.95-slim-trixie AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package unspent

FROM debian:trixie-slim
RUN groupadd --gid 10001 unspent \
    && useradd --uid 10001 --gid unspent --no-create-home --shell /usr/sbin/nologin unspent \
    && install --directory --owner unspent --group unspent --mode 0700 /data
COPY --from=build /src/target/release/unspent /usr/local/bin/unspent
USER 10001:10001
VOLUME /data
EXPOSE 8080
# The container's own network stands in front of it; put TLS there, or give --tls-cert and --tls-key instead of --plaintext.
ENTRYPOINT ["unspent"]
CMD ["serve", "--listen", "0.0.0.0:8080", "--plaintext", "--venue", "/etc/unspent/venue.toml", "--data", "/data"]
STOPSIGNAL SIGTERM
