// Package image knows what an image reference means: its distribution, default
// user, accounts, working directory, and what it needs at run time. What is not
// known stays unknown; nothing is guessed.
package image

// Tri is a truth value with a third state. Unknown never justifies a fix.
type Tri uint8

// The three values.
const (
	Unknown Tri = iota
	No
	Yes
)

// Of turns a bool into a Tri.
func Of(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

// String is the JSON spelling: "unknown", "no" or "yes".
func (t Tri) String() string { return [...]string{"unknown", "no", "yes"}[t] }

// Distro names what the file system of an image is made of.
type Distro string

// The distributions that the rules tell apart. The empty one is unknown.
const (
	Alpine      Distro = "alpine"
	BusyBox     Distro = "busybox"
	Debian      Distro = "debian"
	Ubuntu      Distro = "ubuntu"
	RHEL        Distro = "rhel" // UBI, CentOS, Rocky, Alma, Oracle Linux
	Fedora      Distro = "fedora"
	AmazonLinux Distro = "amazonlinux"
	Photon      Distro = "photon"
	AzureLinux  Distro = "azurelinux" // and CBL-Mariner
	OpenSUSE    Distro = "opensuse"
	Arch        Distro = "arch"
	Wolfi       Distro = "wolfi"
	Alpaquita   Distro = "alpaquita" // BellSoft's, with apk
	Distroless  Distro = "distroless"
	Scratch     Distro = "scratch"
	Windows     Distro = "windows"
)

// AccountTools says with what an account can be created in an image.
type AccountTools string

// The ways to create an account. The empty one is unknown.
const (
	BusyBoxTools AccountTools = "busybox" // addgroup and adduser of BusyBox
	ShadowTools  AccountTools = "shadow"  // groupadd and useradd
	FileTools    AccountTools = "files"   // a shell, but neither: append to /etc/passwd
	NoTools      AccountTools = "none"    // no shell, so no RUN at all
)

// Kind says what people use an image for.
type Kind string

// The kinds. The empty one is unknown.
const (
	OS       Kind = "os"       // a bare distribution
	Language Kind = "language" // a run time with or without its toolchain: node, python, a JRE
	JDK      Kind = "jdk"      // a Java development kit; see Facts.RuntimeTwin
	Build    Kind = "build"    // a toolchain that a finished image does not need: maven, golang, …sdk
	Server   Kind = "server"   // a server with an entrypoint and directories of its own: nginx, postgres
	Tool     Kind = "tool"     // anything else that starts a program of its own
)

// Command says what an image starts when the Dockerfile names nothing.
type Command string

// The kinds of default command. The empty one is unknown.
const (
	NoCommand   Command = "none"        // neither ENTRYPOINT nor CMD
	ShellCmd    Command = "shell"       // only a shell
	Interpreter Command = "interpreter" // only a prompt: python3, node, irb, jshell
	Program     Command = "program"     // something that does a job
)

// Account is an entry of /etc/passwd.
type Account struct {
	Name  string `json:"name"`
	UID   int    `json:"uid"`
	GID   int    `json:"gid"`
	Group string `json:"group,omitzero"` // name of the primary group; empty: the account's own name
	Home  string `json:"home,omitzero"`
}

// Group is an entry of /etc/group.
type Group struct {
	Name string
	GID  int
}

// Facts is what is known about an image. The zero value of every field means
// unknown, unless its comment says otherwise.
type Facts struct {
	Ref    string // as asked
	Name   string // normalised repository: "alpine", "gcr.io/distroless/static"
	Tag    string // "latest" where none is given and there is no digest
	Listed bool   // some source knows the name

	OS      string // "linux" or "windows"
	Arch    string // as Go spells it: "amd64"
	Distro  Distro
	Release string // of the distribution, where the tag says it: Ubuntu by number ("22.04"), Debian by name ("bookworm")
	Tools   AccountTools
	Shell   Tri // /bin/sh is there
	Apk     Tri // /sbin/apk is there
	Kind    Kind

	User     string // the default USER as a Dockerfile would write it; "" is root if UserSet
	UID, GID int    // of User, if UserIDs
	UserSet  bool   // User is known
	UserIDs  bool   // UID and GID are known

	Accounts         []Account // besides root; not all of them unless AccountsComplete
	Groups           []Group   // besides root's and those that Accounts names
	AccountsComplete bool      // an account or a group that is not listed does not exist

	WorkDir    string // "/" if none is set; "" is unknown
	Env        map[string]string
	Entrypoint []string
	Cmd        []string
	Command    Command
	Drops      string // the account that the image's own entrypoint drops to, "" if it does not
	Account    string // a server image's own account
	Volumes    []string
	Ports      []int // that it listens on or exposes

	RuntimeTwin string // for a JDK: the repository and tag form of its JRE twin, "" if there is none
	OnBuild     bool   // the image has ONBUILD triggers
	Brings      string // of an image that the project makes: what in its Dockerfile may leave files of root's, "" if nothing does

	Digest string // of what the tag stands for, as FROM takes it: of the index, if there is one

	Evidence string // for messages: "image table: alpine runs as root"
	Source   string // where the facts were taken from
}

// Lookup answers what is known about a reference such as "alpine:3.19". An
// unknown image gives Facts with Listed false; Lookup never fails.
type Lookup interface {
	Lookup(ref string) Facts
}

// PlatformLookup is a Lookup whose answer depends on the platform that the image
// is wanted for: "linux/arm64", as FROM --platform has it, or "" for the builder's
// own choice.
type PlatformLookup interface {
	Lookup
	LookupPlatform(ref, platform string) Facts
}

// LookupPlatform asks for a platform where l can tell platforms apart.
func LookupPlatform(l Lookup, ref, platform string) Facts {
	if p, ok := l.(PlatformLookup); ok {
		return p.LookupPlatform(ref, platform)
	}
	return l.Lookup(ref)
}
