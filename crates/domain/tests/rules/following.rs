//! Who follows a case: who may, and whom it waits for when nobody may.

use declic_domain::directory::{Directory, Item, Member, Role};
use declic_domain::holder::{Holder, Standing, holder};
use declic_domain::name::OrganisationId;
use declic_domain::{Case, CaseFile, Refusal};

use crate::decisions::file;
use crate::whole_decisions::{handed_to, resolved};
use crate::world::{World, directory, member};

#[test]
fn what_waits_for_a_structure_of_which_nobody_may_follow_the_case_waits_for_the_supervision() {
    let mut world = World::of_rsa(false);
    let waiting = resolved(&mut world);
    let held_by = |directory: &Directory, file: &CaseFile| {
        holder(directory, Standing::of(&file.case, &file.tickets[0])).expect("it is open")
    };
    let mut changed = directory();
    let put = |directory: &mut Directory, who: &str, change: &dyn Fn(&mut Member)| {
        let mut found = directory.members[&member(who)].clone();
        change(&mut found);
        directory.apply(Item::Member(found));
    };
    let structure = waiting.case.organisation.clone();
    // Of another structure, or of another role: no longer who follows it, though still there.
    for other in [
        (&|gone: &mut Member| gone.organisation = OrganisationId::parse("ccas-vannes").ok())
            as &dyn Fn(&mut Member),
        &|gone: &mut Member| gone.role = Role::Administrator,
        &|gone: &mut Member| gone.active = false,
    ] {
        changed = directory();
        put(&mut changed, "camille", other);
        assert_eq!(
            held_by(&changed, &waiting),
            Holder::Organisation(structure.clone())
        );
    }
    put(&mut changed, "soizic", &|gone| gone.active = false);
    assert_eq!(
        held_by(&changed, &waiting),
        Holder::Supervision,
        "yann is there, and may not read it"
    );
    let shared = CaseFile {
        case: Case {
            shared_with_team: true,
            ..waiting.case.clone()
        },
        ..waiting.clone()
    };
    assert_eq!(held_by(&changed, &shared), Holder::Organisation(structure));

    let refused = world.say_of_case("supervisor", None, &waiting, handed_to("yann"));
    assert_eq!(refused, Err(Refusal::Role), "somebody of the structure may");
    *world.directory_mut() = changed.clone();
    let handed = world.say_of_case("supervisor", None, &waiting, handed_to("yann"));
    let handed = file(Some(waiting), &handed.expect("nobody else may"));
    assert_eq!(held_by(&changed, &handed), Holder::Opener(member("yann")));
}
