# A static binary alone in an image: no shell, no root. Build it, then:
#   docker run --rm --volume "$PWD:/repository:ro" auditor
# A job of GitLab needs a shell in its image: docker build --target ci .
FROM rust:1.95-alpine AS build
# hadolint ignore=DL3018
RUN apk add --no-cache build-base
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM alpine:3.22 AS ci
COPY --from=build /src/target/release/auditor /bin/auditor
USER 65532:65532

FROM scratch
COPY --from=build /src/target/release/auditor /bin/auditor
ENV PATH=/bin
USER 65532:65532
WORKDIR /repository
ENTRYPOINT ["/bin/auditor"]
CMD ["scan", "."]
