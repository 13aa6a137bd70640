FROM scratch
LABEL a=ÿþ b=café c="Â  x"
COPY --chown=Ã©:x a b
ENV X=…y Z= 
RUN echo ÿþ && echo Ã© \
   x
CMD ["ÿ"]
