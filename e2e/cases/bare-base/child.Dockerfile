FROM dfharden-e2e-parent
RUN mkdir -p /etc/service && echo ready > /etc/service/state
CMD ["cat", "/etc/service/state"]
