#  a comment with blanks around   
   # and one that is indented

FR\
OM \
  # who builds on this?
  debian\
:12 \
  AS \
  base
	ENV	A=1	B="two words"   C='x y' D=a\ b E= F=é "G=h"
ENV old   form with   blanks   
LABEL a=b "c d"="e f" \
  # between

  g=h\
i
ARG X Y=1 Z="a b"
USER \
  app # this is part of the name
USER 10\
01
COPY --from=base --chown="a b":c\ d ["with blank", "/dest \u0026 more/"]
COPY --link   a\b "c   d" /e/
COPY -- --not-a-flag /x
RUN --mount=type=secret,id=a,target="/x y" --network=none cat '/x y' \\
CMD [ "a", 'b' ]
CMD []
ENTRYPOINT
EXPOSE 80/tcp	443
WORKDIR /a b/c  
HEALTHCHECK --retries=3   cmd   [ "x" , "y" ]
HEALTHCHECK CMD curl [a]
STOPSIGNAL 9
VOLUME [ "/a" ]
# FROM nothing
FROM base AS base
#
FROM base
RUN echo "a \
# not text
   b" \ 
 && echo c
ONBUILD RUN --mount=type=cache,target=/x [ "a" ]
RUN last
