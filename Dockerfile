# Waverify in a small image: only the build, the packages that it needs, and Node.js. See docs/deploy.md.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Of all packages, only sqlite3 needs its install script: it compiles SQLite.
RUN npm ci --no-audit --no-fund --ignore-scripts && npm rebuild sqlite3
COPY tsconfig.json vite.config.ts ./
COPY config ./config
COPY database ./database
COPY docs/openapi.json ./docs/
# The console shows them.
COPY examples ./examples
COPY scripts ./scripts
COPY src ./src
COPY web ./web
# The commit that `waverify --version` and /api/health/ready show: the repository is not in the image.
ARG BUILD_COMMIT=
RUN npm run build && npm prune --omit=dev --no-audit --no-fund --ignore-scripts
# Sources and objects of the compiled SQLite, and what only debuggers and TypeScript read.
RUN rm -rf node_modules/sqlite3/deps node_modules/sqlite3/src node_modules/sqlite3/build/Release/obj* \
      node_modules/sqlite3/build/Release/.deps \
  && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' \) -delete

FROM node:${NODE_VERSION}-bookworm-slim
# `waverify backup` and `restore` need the programs of a database server, such as postgresql-client or mariadb-client.
ARG PACKAGES=
RUN if [ -n "$PACKAGES" ]; then \
      apt-get update && apt-get install -y --no-install-recommends $PACKAGES && rm -rf /var/lib/apt/lists/*; \
    fi
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 \
    DB_SQLITE_PATH=/data/waverify.db STATE_PATH=/data/state MEDIA_PATH=/data/media
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN ln -s /app/dist/src/waverify.js /usr/local/bin/waverify \
  && chmod +x /app/dist/src/waverify.js \
  && install -d -m 700 -o 1000 -g 1000 /data
# The user `node` of the base image, as a number, so that Kubernetes sees that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/src/waverify.js"]
CMD ["start"]
