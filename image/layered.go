package image

// Map is a Lookup with facts by repository or by repository and tag, as
// Normalise names them: "alpine", "example.com/base:2". The tag decides first.
type Map map[string]Facts

// Lookup answers with the facts under the reference's name. Ref, Name, Tag and
// Listed are set; Evidence, if it is empty, names the entry.
func (m Map) Lookup(ref string) Facts {
	name, tag, _, err := Normalise(ref)
	if err != nil {
		return Facts{Ref: ref}
	}
	key := name + ":" + tag
	f, ok := m[key]
	if !ok {
		key = name
		f, ok = m[key]
	}
	f.Ref, f.Name, f.Tag, f.Listed = ref, name, tag, ok
	if ok && f.Evidence == "" {
		f.Evidence = "given facts: " + key
	}
	return f
}

// Layered asks one Lookup after the other; the first that lists the image
// answers alone.
func Layered(lookups ...Lookup) Lookup { return layered(lookups) }

type layered []Lookup

func (ls layered) Lookup(ref string) Facts { return ls.LookupPlatform(ref, "") }

func (ls layered) LookupPlatform(ref, platform string) Facts {
	var f Facts
	for _, l := range ls {
		if f = LookupPlatform(l, ref, platform); f.Listed {
			return f
		}
	}
	if f.Ref == "" { // no lookup at all
		return Map(nil).Lookup(ref)
	}
	return f
}

// Mirrored is a Lookup that asks l about images by the names that Rename gives
// them; where l does not list that, by their own.
func Mirrored(l Lookup, mirrors map[string]string) Lookup {
	if len(mirrors) == 0 {
		return l
	}
	return mirrored{l, mirrors}
}

type mirrored struct {
	inner   Lookup
	mirrors map[string]string
}

func (m mirrored) Lookup(ref string) Facts { return m.LookupPlatform(ref, "") }

func (m mirrored) LookupPlatform(ref, platform string) Facts {
	f := LookupPlatform(m.inner, Rename(ref, m.mirrors), platform)
	if !f.Listed {
		return LookupPlatform(m.inner, ref, platform)
	}
	f.Ref = ref
	return f
}
