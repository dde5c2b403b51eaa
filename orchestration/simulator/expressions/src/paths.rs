//! The grammar of what definitions mostly use.

use crate::schema::Kind;
use crate::template::Rule;

pub(crate) const ITEM: &[Rule] = &[(3, "«name»"), (1, "$"), (1, "$.«name»"), (1, "«name».«name»")];

const ANY: &[Rule] = &[
    (4, "«number»"),
    (4, "«text»"),
    (4, "«boolean»"),
    (4, "«array»"),
    (4, "«object»"),
    (1, "«numbers»"),
    (1, "«texts»"),
    (1, "«objects»"),
    (4, "«path»"),
    (2, "«path».«name»"),
    (1, "«path».«name».«name»"),
    (1, "«path»[0]"),
    (1, "«path»[-1].«name»"),
    (1, "«path»[«.boolean»]"),
    (3, "=«boolean» ? «any» : «any»"),
    (1, "=«boolean» ? «any»"),
    (1, "(«any»)"),
    (1, "(«let»; «any»)"),
    (1, "$lookup(«object», «quoted»)"),
    (1, "$lookup(«path», «text»)"),
    (1, "$states.input"),
    (1, "«path».«quoted»"),
    (1, "$states.context.Execution.Name"),
    (1, "$states.«name»"),
    (1, "$nothing.«name»"),
    (1, "«path»[«small»]"),
];

const NUMBER: &[Rule] = &[
    (3, "=«number» + «number»"),
    (3, "=«number» - «number»"),
    (3, "=«number» * «number»"),
    (2, "=«number» / «number»"),
    (2, "=«number» % «number»"),
    (2, "=-«number»"),
    (1, "=«any» - «any»"),
    (2, "$count(«any»)"),
    (2, "$length(«text»)"),
    (1, "$count(«array»)"),
    (1, "=«boolean» ? «number» : «number»"),
    (1, "$length(«any»)"),
    (1, "$millis()"),
    (1, "=«number» + «number» * «number»"),
];

const TEXT: &[Rule] = &[
    (5, "=«text» & «text»"),
    (3, "=«any» & «any»"),
    (2, "$string(«any»)"),
    (2, "$string(«number»)"),
    (1, "$now()"),
    (1, "$uuid()"),
    (1, "=«boolean» ? «text» : «text»"),
    (1, "=«text» & «text» & «number»"),
    (1, "$string(«object»)"),
    (1, "$string(«array», true)"),
];

const BOOLEAN: &[Rule] = &[
    (3, "=«any» = «any»"),
    (2, "=«any» != «any»"),
    (2, "=«number» < «number»"),
    (2, "=«number» >= «number»"),
    (1, "=«text» > «text»"),
    (1, "=«text» <= «text»"),
    (1, "=«any» < «any»"),
    (3, "=«boolean» and «boolean»"),
    (3, "=«boolean» or «boolean»"),
    (2, "=«any» and «any»"),
    (1, "=«any» or «any»"),
    (2, "$exists(«path»)"),
    (2, "$exists(«any»)"),
    (3, "$not(«any»)"),
    (2, "$not(«boolean»)"),
    (1, "=«text» = «text»"),
    (1, "=«number» = «number»"),
    (1, "=«any» in «array»"),
    (1, "$exists(«path».«name»)"),
];

const ARRAY: &[Rule] = &[
    (4, "[«any», «any»]"),
    (2, "[«any»]"),
    (1, "[«path», «path»]"),
    (3, "$append(«any», «any»)"),
    (2, "$append(«array», «array»)"),
    (1, "[«array», «any»]"),
    (1, "[]"),
];

const OBJECT: &[Rule] = &[
    (4, "{«quoted»: «any», «quoted»: «any»}"),
    (3, "{«quoted»: «any»}"),
    (1, "{«quoted»: «path», «quoted»: «path», «quoted»: «any»}"),
    (1, "{«text»: «any»}"),
    (3, "$merge([«object», «object»])"),
    (2, "$merge([$states.input, «object»])"),
    (1, "$merge(«any»)"),
    (1, "{}"),
];

pub(crate) fn inner(kind: Kind) -> &'static [Rule] {
    match kind {
        Kind::Any => ANY,
        Kind::Number => NUMBER,
        Kind::Text => TEXT,
        Kind::Boolean => BOOLEAN,
        Kind::Array => ARRAY,
        Kind::Numbers => &[(2, "[«number», «number»]"), (1, "$append(«numbers», «number»)")],
        Kind::Texts => &[(2, "[«text», «text»]"), (1, "$append(«texts», «text»)")],
        Kind::Objects => &[(2, "[«object», «object»]"), (1, "$append(«objects», «object»)")],
        Kind::Object => OBJECT,
    }
}
