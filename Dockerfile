# The programs and nothing else: no npm, no sources, no root. See docs/scale.md.
FROM node:22-alpine AS build
WORKDIR /src
COPY . .
# Scripts of packages would fetch what the programs do not need.
RUN npm ci --ignore-scripts --no-audit --no-fund && npm run build

FROM alpine:3
COPY --from=build /usr/local/bin/node /usr/local/bin/
COPY --from=build /usr/lib/libstdc++.so.6 /usr/lib/libgcc_s.so.1 /usr/lib/
COPY --from=build /src/package.json /wjpeg/
COPY --from=build /src/data /wjpeg/data
COPY --from=build /src/dist /wjpeg/dist
ENV NODE_ENV=production
USER 65532:65532
WORKDIR /wjpeg
ENTRYPOINT ["/usr/local/bin/node", "/wjpeg/dist/src/cli/wjpeg.js"]
CMD ["--help"]
