FROM ruby:3.3
ONBUILD ARG BUNDLE_WITHOUT=development:test
ONBUILD COPY --chown=1000:1000 Gemfile* ./
onbuild run bundle config set without "$BUNDLE_WITHOUT" && \
    # gems
    bundle install
ONBUILD ENTRYPOINT ["bundle", "exec"]
ONBUILD USER 1000
