package checks

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dfharden/dfharden/stage"
)

// zookeeper is the recipe for ZooKeeper of its archive, whose sample of a configuration
// a RUN puts in place as it is: it keeps its data in /tmp/zookeeper, opens port 2181,
// and prints its log, or writes it below the archive's logs; nil for others. Source:
// bin/zkServer.sh, bin/zkEnv.sh and conf/zoo_sample.cfg of github.com/apache/zookeeper,
// 3.4.10 to 3.9.4, whose archives are open to others (build.xml, zookeeper-assembly);
// tried with 3.8.0.
func (p *Pass) zookeeper(c stage.Call) *recipe {
	ops, dir := c.Operands(), p.zookeeperDir()
	switch {
	case len(ops) != 1, !p.zookeeperScript(c), p.configures():
		return nil
	case ops[0].Text == "start" && !within(c.Dir, "/tmp"): // up to 3.4 it writes its log there
		return nil
	case ops[0].Text != "start" && ops[0].Text != "start-foreground":
		return nil
	}
	return &recipe{
		Source:   "https://github.com/apache/zookeeper/blob/master/bin/zkServer.sh",
		Programs: wordSet(`zkServer.sh`), Package: zookeeperArchive,
		Give: []string{dir + "/logs", "/tmp/zookeeper"}, Watched: []string{"/tmp/zookeeper", dir + "/logs"}, Mounts: []string{"/tmp/zookeeper"},
	}
}

// zookeeperArchive matches no package: Debian's has its configuration elsewhere.
var zookeeperArchive = regexp.MustCompile(`^$`)

// zookeeperVariables move what ZooKeeper writes.
const zookeeperVariables = "ZOOCFG ZOOCFGDIR ZOO_LOG_DIR ZOO_LOG4J_PROP ZOOPIDFILE ZOO_DATADIR_AUTOCREATE_DISABLE SERVER_JVMFLAGS JVMFLAGS"

// zookeeperDir is where ZooKeeper's archive lies, by the one call that names zoo.cfg:
// a cp of the sample beside it. "" if there is none, or something else may change it.
func (p *Pass) zookeeperDir() (dir string) {
	if p.saysElse("", zookeeperVariables) {
		return ""
	}
	for _, in := range p.runs() {
		for _, c := range p.calls(in) {
			if !strings.Contains(strings.Join(texts(c), " "), "zoo.cfg") {
				continue
			}
			ops := c.Operands()
			if dir != "" || c.Name != "cp" || len(ops) != 2 || path.Base(ops[0].Text) != "zoo_sample.cfg" || c.Abs(ops[1]) != path.Join(path.Dir(c.Abs(ops[0])), "zoo.cfg") {
				return ""
			}
			dir = path.Dir(path.Dir(c.Abs(ops[1])))
		}
		if strings.Count(in.Rest.Text, "zoo.cfg") > 1 {
			return "" // a redirection, too
		}
	}
	if dir != "" && p.copiesBelow(dir) {
		return ""
	}
	return dir
}

// copiesBelow reports whether a copy may put files below a directory.
func (p *Pass) copiesBelow(dir string) bool {
	for _, s := range p.Graph.Chain() {
		for _, in := range s.Instructions {
			if in.Name != "copy" && in.Name != "add" {
				continue
			}
			if files, known := s.Brings(in, dir, func(name string) bool { return within(dir, name) }); !known || len(files) > 0 {
				return true
			}
		}
	}
	return false
}

// zookeeperScript reports whether a call is a script of that archive: a program as any
// other, of which is known what it does.
func (p *Pass) zookeeperScript(c stage.Call) bool {
	if c.Name != "zkServer.sh" && c.Name != "zkCli.sh" {
		return false
	}
	dir := p.zookeeperDir()
	if dir == "" || c.Path != c.Name {
		return dir != "" && c.Path == dir+"/bin/"+c.Name
	}
	value, _ := p.Graph.Final().End().ImageEnv("PATH")
	return slices.ContainsFunc(strings.Split(value, ":"), func(d string) bool { return path.Clean(d) == dir+"/bin" })
}

// configures reports whether something else that is started names ZooKeeper's
// configuration, or one of its variables.
func (p *Pass) configures() bool {
	for _, c := range p.started() {
		for _, w := range c.Words {
			if strings.Contains(w.Raw, "zoo.cfg") || strings.Contains(w.Raw, "ZOO") {
				return true
			}
		}
	}
	return false
}
