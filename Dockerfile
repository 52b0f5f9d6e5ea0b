# A static binary alone in an image: no shell, no root. Build it, then:
#   docker run --rm --volume "$PWD:/repository:ro" auditor
FROM rust:1.95-alpine AS build
# hadolint ignore=DL3018
RUN apk add --no-cache build-base
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM scratch
COPY --from=build /src/target/release/auditor /bin/auditor
ENV PATH=/bin
USER 65532:65532
WORKDIR /repository
ENTRYPOINT ["/bin/auditor"]
CMD ["scan", "."]
